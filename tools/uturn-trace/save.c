/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "print.h"
#include "privilege.h"
#include "trace_sandbox.h"

/* What the renamer is asked for: to make the next file, whose descriptor it passes, or to rename the last one. */
enum { ASK_RENAME, ASK_OPEN };

struct save {
	const struct trace_options *options;
	mode_t mode; /* of new files */
	int fds[TRACE_OUTPUTS];
	char beside[TRACE_OUTPUTS][PATH_MAX]; /* "": renamed, or never opened */
	unsigned count; /* opened */
	int renamer; /* its socket: what is asked for and an index there, and an errno back */
	pid_t pid;
};

static bool fail(const char *path, int err, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s: %s", path, strerror(err));
	return false;
}

static void remove_all(struct save *s)
{
	for (unsigned i = 0; i < TRACE_OUTPUTS; i++)
		if (*s->beside[i])
			unlink(s->beside[i]);
}

static int open_beside(struct save *s, unsigned index)
{
	char *beside = s->beside[index];
	int fd;

	if (*beside)
		unlink(beside); /* of a record that could not be written */
	if (snprintf(beside, PATH_MAX, "%s.XXXXXX", s->options->outputs[index].path) >= PATH_MAX) {
		*beside = '\0';
		return -ENAMETOOLONG;
	}
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		*beside = '\0';
		return -errno;
	}
	fchmod(fd, s->mode); /* as any file, which mkstemp(3) makes private */
	return fd;
}

static int rename_beside(struct save *s, unsigned index)
{
	if (!*s->beside[index])
		return -EINVAL;
	if (rename(s->beside[index], s->options->outputs[index].path))
		return -errno;
	s->beside[index][0] = '\0';
	return 0;
}

union descriptor {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

/* An errno, and a descriptor if there is one. */
static bool answer(int fd, int err, int passed)
{
	union descriptor control = { .room = { 0 } };
	struct iovec bytes = { &err, sizeof(err) };
	struct msghdr m = { .msg_iov = &bytes, .msg_iovlen = 1 };

	if (passed >= 0) {
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(&control.header), &passed, sizeof(passed));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL) == sizeof(err);
}

/* Returns 0 or a descriptor, or a negative errno. */
static int ask(const struct save *s, uint8_t what, unsigned index)
{
	const uint8_t question[2] = { what, (uint8_t)index };
	union descriptor control;
	int err = -EPIPE, fd = 0;
	struct iovec bytes = { &err, sizeof(err) };
	struct msghdr m = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const struct cmsghdr *passed;

	if (send(s->renamer, question, sizeof(question), MSG_NOSIGNAL) != sizeof(question) ||
		recvmsg(s->renamer, &m, MSG_CMSG_CLOEXEC) != sizeof(err))
		return -EPIPE;
	passed = CMSG_FIRSTHDR(&m);
	if (passed && passed->cmsg_type == SCM_RIGHTS && passed->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(passed), sizeof(fd));
	return err ? err : what == ASK_OPEN && !fd ? -EPIPE : fd;
}

/* Until the other end is closed: ^C is for the tracing process, which may still have something to save. */
static void serve(struct save *s, int fd)
{
	uint8_t question[2];

	while (recv(fd, question, sizeof(question), 0) == sizeof(question)) {
		const unsigned index = question[1];
		int made = -1, err = -EINVAL;

		if (index < s->options->output_count && question[0] == ASK_OPEN)
			made = err = open_beside(s, index);
		else if (index < s->options->output_count)
			err = rename_beside(s, index);
		if (!answer(fd, err < 0 ? err : 0, made))
			break;
		if (made >= 0)
			close(made);
	}
	remove_all(s);
}

static int start_renamer(struct save *s)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	char why[128];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -errno;
	s->pid = fork();
	if (s->pid == 0) {
		close(ends[0]);
		for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			signal(ignored[i], SIG_IGN);
		if ((geteuid() == 0 || privilege_drop()) &&
			trace_sandbox_enter(TRACE_SANDBOX_RENAME, s->options, why, sizeof(why)))
			serve(s, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	s->renamer = ends[0];
	return s->pid < 0 ? -errno : 0;
}

bool save_open(struct save **made, const struct trace_options *o, char *why, size_t why_size)
{
	struct save *s = calloc(1, sizeof(*s));
	const mode_t mask = umask(0);
	int err = 0;

	umask(mask);
	if (!s)
		return fail("--output", ENOMEM, why, why_size);
	s->options = o;
	s->mode = 0666 & ~mask;
	s->renamer = -1;
	for (s->count = 0; s->count < o->output_count; s->count++) {
		err = s->fds[s->count] = o->is_output_implied ? -1 : open_beside(s, s->count);
		if (o->is_output_implied)
			err = 0;
		if (err < 0)
			break;
	}
	if (err < 0) {
		fail(o->outputs[s->count].path, -err, why, why_size);
	} else {
		err = s->count ? start_renamer(s) : 0;
		if (!err) {
			*made = s;
			return true;
		}
		fail("--output", -err, why, why_size);
	}
	remove_all(s);
	save_close(s);
	return false;
}

static bool write_file(int fd, enum trace_format format, save_print *print, const void *what)
{
	FILE *out = fdopen(fd, "w");
	bool is_written;

	if (!out) {
		close(fd);
		return false;
	}
	is_written = print(out, format, what) && fflush(out) == 0 && !ferror(out);
	return fclose(out) == 0 && is_written;
}

bool save_put(struct save *s, unsigned index, save_print *print, const void *what, char *why, size_t why_size)
{
	const struct trace_output *to = &s->options->outputs[index];
	int fd = s->fds[index], err;

	if (fd < 0)
		fd = ask(s, ASK_OPEN, index);
	s->fds[index] = -1;
	if (fd < 0)
		return fail(to->path, -fd, why, why_size);
	if (!write_file(fd, to->format, print, what))
		return fail(to->path, errno, why, why_size);
	err = ask(s, ASK_RENAME, index);
	return !err || fail(to->path, -err, why, why_size);
}

static bool print_one(FILE *out, enum trace_format format, const void *what)
{
	return print_record(out, format, what);
}

bool save_record(struct save *s, unsigned index, const struct trace_record *r, char *why, size_t why_size)
{
	return save_put(s, index, print_one, r, why, why_size);
}

void save_close(struct save *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->count; i++)
		if (s->fds[i] >= 0)
			close(s->fds[i]);
	if (s->renamer >= 0)
		close(s->renamer);
	if (s->pid > 0)
		waitpid(s->pid, NULL, 0);
	free(s);
}
