/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WHY_SIZE = 512, SECOND_NS = 1000000000, READ_MOST = 65536 /* bytes: some hundred traces */ };

void source_init(struct source *s, const struct history_source *config, const struct intake *intake)
{
	*s = (struct source){ .config = config, .intake = *intake, .fd = -1, .link = { .fd = -1 } };
	s->intake.host = config->host;
}

void source_done(struct source *s)
{
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	control_link_close(&s->link);
	trace_follow_done(&s->follow);
	objects_done(&s->objects);
}

int source_fd(const struct source *s)
{
	if (s->is_ended)
		return -1;
	if (s->is_socket)
		return s->is_asked ? s->link.fd : -1;
	return s->fd;
}

/* --- uturnd --- */

/* Once, until it answers again. */
static void lose(struct source *s, const char *why, uint64_t now_ns)
{
	if (!s->is_gone)
		log_warning("source %s: %s; it is tried again each second", s->config->path, why);
	s->is_gone = true;
	s->is_asked = false;
	s->due_ns = now_ns + SECOND_NS;
	control_link_close(&s->link);
	trace_follow_done(&s->follow);
	s->missed = 0;
}

static void told(void *owner, const json_t *trace)
{
	struct source *s = owner;
	char why[WHY_SIZE];
	char *text = json_dumps(trace, JSON_COMPACT);

	if (text && !intake_take(&s->intake, text, strlen(text), why, sizeof(why)))
		log_limited(&s->limit, LOG_LEVEL_WARNING, "source %s: a trace is left out: %s", s->config->path, why);
	free(text);
}

static void answered(void *owner, const json_t *answer)
{
	struct source *s = owner;
	const char *why;
	const int count = trace_follow_take(&s->follow, answer, told, s, &why);

	s->is_asked = false;
	if (count < 0) {
		lose(s, why, s->due_ns);
		return;
	}
	if (s->is_gone)
		log_info("source %s: answers again", s->config->path);
	s->is_gone = false;
	if (s->follow.missed > s->missed)
		log_warning("source %s: %llu traces had gone before they were read", s->config->path,
			(unsigned long long)(s->follow.missed - s->missed));
	s->missed = s->follow.missed;
	if (count)
		s->due_ns = 0; /* there may be more */
}

static void work_socket(struct source *s, bool is_ready, uint64_t now_ns)
{
	char request[TRACE_FOLLOW_REQUEST_SIZE];
	const char *text;
	int err = 0;

	if (is_ready) {
		s->due_ns = now_ns + SECOND_NS;
		err = control_link_work(&s->link, answered, s);
	}
	if (!err && !s->is_asked && now_ns >= s->due_ns) {
		if (s->link.fd < 0)
			err = control_link_open(&s->link, s->config->path);
		text = err ? NULL : trace_follow_request(&s->follow, request);
		if (!err)
			err = text ? control_link_ask(&s->link, text) : -ENOMEM;
		s->is_asked = !err;
	}
	if (err)
		lose(s, err == -EPIPE ? "uturnd has closed the connection" : strerror(-err), now_ns);
}

/* --- files --- */

static void finish(struct source *s, const char *words)
{
	log_error("source %s: line %u: %s; the traces before it are kept, and it is not read any more", s->config->path,
		s->objects.line, words);
	s->is_ended = true;
}

/* Standard input ends; a file may grow, and a named pipe be opened by another writer. */
static void at_end(struct source *s, uint64_t now_ns)
{
	s->due_ns = now_ns + SECOND_NS;
	if (s->fd != STDIN_FILENO)
		return;
	if (!objects_are_whole(&s->objects)) {
		finish(s, "ends within an object");
		return;
	}
	log_info("source %s: ended", s->config->path);
	s->is_ended = true;
}

static void take_objects(struct source *s)
{
	const char *text = NULL;
	char why[WHY_SIZE];
	enum objects_next next;
	size_t len;

	while (!s->is_ended && (next = objects_next(&s->objects, &text, &len)) != OBJECTS_MORE) {
		if (next == OBJECTS_WRONG)
			finish(s, text);
		else if (!intake_take(&s->intake, text, len, why, sizeof(why)))
			finish(s, why);
	}
}

static void open_file(struct source *s, uint64_t now_ns)
{
	s->due_ns = now_ns + SECOND_NS;
	s->fd = strcmp(s->config->path, "-") == 0 ? STDIN_FILENO
						  : open(s->config->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (s->fd < 0)
		log_limited(&s->limit, LOG_LEVEL_WARNING, "source %s: %s; it is tried again each second",
			s->config->path, strerror(errno));
}

static void work_file(struct source *s, uint64_t now_ns)
{
	size_t room;
	char *to = objects_room(&s->objects, &room);
	const ssize_t got = to ? read(s->fd, to, room < READ_MOST ? room : READ_MOST) : 0;

	if (got > 0) {
		objects_took(&s->objects, (size_t)got);
		take_objects(s);
	} else if (got == 0) {
		at_end(s, now_ns);
	} else if (errno != EAGAIN && errno != EINTR) {
		log_error("source %s: %s", s->config->path, strerror(errno));
		s->is_ended = true;
	}
}

static bool is_socket(const char *path)
{
	struct stat is;

	/* what is not there yet is the socket of a uturnd that starts */
	return strcmp(path, "-") != 0 && (stat(path, &is) != 0 || S_ISSOCK(is.st_mode));
}

void source_work(struct source *s, bool is_ready, uint64_t now_ns)
{
	if (s->is_ended || (!is_ready && now_ns < s->due_ns))
		return;
	if (s->fd < 0 && !s->is_asked && s->link.fd < 0)
		s->is_socket = is_socket(s->config->path);
	if (s->is_socket)
		work_socket(s, is_ready, now_ns);
	else if (s->fd < 0)
		open_file(s, now_ns);
	else if (is_ready)
		work_file(s, now_ns);
}
