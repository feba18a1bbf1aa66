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

struct save {
	const struct trace_options *options;
	int fds[TRACE_OUTPUTS];
	char beside[TRACE_OUTPUTS][PATH_MAX]; /* "": renamed, or never opened */
	unsigned count; /* opened */
	int renamer; /* its socket: an index there, and an errno back */
	pid_t pid;
};

static bool fail(const char *path, int err, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s: %s", path, strerror(err));
	return false;
}

static void remove_all(struct save *s)
{
	for (unsigned i = 0; i < s->count; i++)
		if (*s->beside[i])
			unlink(s->beside[i]);
}

/* Until the other end is closed: ^C is for the tracing process, which may still have something to save. */
static void rename_files(struct save *s, int fd)
{
	uint8_t index;

	while (recv(fd, &index, 1, 0) == 1) {
		int err = EINVAL;

		if (index < s->count && *s->beside[index])
			err = rename(s->beside[index], s->options->outputs[index].path) ? errno : 0;
		if (!err)
			s->beside[index][0] = '\0';
		if (send(fd, &err, sizeof(err), MSG_NOSIGNAL) < 0)
			break;
	}
	remove_all(s);
}

static int start_renamer(struct save *s)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -errno;
	s->pid = fork();
	if (s->pid == 0) {
		close(ends[0]);
		for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
			signal(ignored[i], SIG_IGN);
		if (geteuid() == 0 || privilege_drop())
			rename_files(s, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	s->renamer = ends[0];
	return s->pid < 0 ? -errno : 0;
}

static bool open_beside(struct save *s, const char *path, mode_t mode)
{
	char *beside = s->beside[s->count];

	if (snprintf(beside, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	s->fds[s->count] = mkostemp(beside, O_CLOEXEC);
	if (s->fds[s->count] < 0)
		return false;
	fchmod(s->fds[s->count++], mode); /* as any file, which mkstemp(3) makes private */
	return true;
}

bool save_open(struct save **made, const struct trace_options *o, char *why, size_t why_size)
{
	struct save *s = calloc(1, sizeof(*s));
	const mode_t mask = umask(0);
	int err;

	umask(mask);
	if (!s)
		return fail("--output", ENOMEM, why, why_size);
	s->options = o;
	s->renamer = -1;
	while (s->count < o->output_count && open_beside(s, o->outputs[s->count].path, 0666 & ~mask))
		;
	if (s->count < o->output_count) {
		fail(o->outputs[s->count].path, errno, why, why_size);
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
	const uint8_t which = (uint8_t)index;
	const int fd = s->fds[index];
	int err = EPIPE;

	s->fds[index] = -1;
	if (!write_file(fd, to->format, print, what))
		return fail(to->path, errno, why, why_size);
	if (send(s->renamer, &which, 1, MSG_NOSIGNAL) != 1 || recv(s->renamer, &err, sizeof(err), 0) != sizeof(err))
		return fail(to->path, EPIPE, why, why_size);
	return !err || fail(to->path, err, why, why_size);
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
