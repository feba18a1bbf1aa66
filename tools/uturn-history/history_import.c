/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturn-history import FILE...`: traces of uturnctl, of uturn-trace, or of
 * export. What has come is committed each second, also of a pipe that goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common/clock.h"
#include "enrich/mmdb.h"
#include "intake.h"
#include "objects.h"

enum { WHY_SIZE = 512, COMMIT_MS = 1000, PAUSE_MS = 20 /* in which a recorder can write */ };

struct importing {
	struct store *store;
	struct intake intake;
	const char *name;
	int64_t added, duplicates;
	uint64_t due_ns; /* of the next commit */
	bool has_failed; /* the database */
	int status; /* to exit with */
};

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	(void)signal;
	is_over = 1;
}

static bool told(void *owner, struct kept *k)
{
	struct importing *i = owner;
	const int added = store_add(i->store, k);

	kept_done(k);
	i->added += added == STORE_ADDED;
	i->duplicates += added == STORE_DUPLICATE;
	if (added < 0) {
		history_error("%s", store_why(i->store));
		i->status = HISTORY_ERROR;
	}
	i->has_failed = added < 0;
	return added >= 0;
}

static void named(void *owner, uint32_t asn, const char *name)
{
	store_name_as(((struct importing *)owner)->store, asn, name);
}

static bool commit(struct importing *i)
{
	const int err = store_commit(i->store);

	if (!err)
		poll(NULL, 0, PAUSE_MS);
	i->due_ns = clock_ns(CLOCK_MONOTONIC) + (uint64_t)COMMIT_MS * 1000000;
	if (!err)
		return true;
	history_error("%s", store_why(i->store));
	i->status = HISTORY_ERROR;
	return false;
}

static bool is_wrong(struct importing *i, unsigned line, const char *words)
{
	history_error("%s:%u: %s; the traces before it are kept", i->name, line, words);
	i->status = HISTORY_OTHER;
	return false;
}

/* What is whole of the bytes so far. */
static bool take(struct importing *i, struct objects *objects)
{
	const char *text = NULL;
	char why[WHY_SIZE];
	enum objects_next next;
	size_t len;

	while ((next = objects_next(objects, &text, &len)) == OBJECTS_ONE) {
		if (!intake_take(&i->intake, text, len, why, sizeof(why)))
			return is_wrong(i, objects->line, why);
		if (i->has_failed || (clock_ns(CLOCK_MONOTONIC) >= i->due_ns && !commit(i)))
			return false;
	}
	return next == OBJECTS_MORE || is_wrong(i, objects->line, text);
}

/* Bytes, within the time until the next commit: a count, 0 at the end, -EAGAIN: none yet. */
static ssize_t read_some(const struct importing *i, int fd, char *room, size_t size)
{
	const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	const int ready = poll(&p, 1, i->due_ns > now_ns ? (int)((i->due_ns - now_ns) / 1000000 + 1) : 0);
	ssize_t got;

	if (ready == 0 || (ready < 0 && errno == EINTR))
		return -EAGAIN;
	got = read(fd, room, size);
	return got < 0 ? -errno : got;
}

static bool import_fd(struct importing *i, int fd)
{
	struct objects objects = { 0 };
	bool is_right = true;
	ssize_t got = 1;

	while (is_right && got && !is_over) {
		size_t room;
		char *to = objects_room(&objects, &room);

		got = to ? read_some(i, fd, to, room) : -ENOMEM;
		if (got > 0) {
			objects_took(&objects, (size_t)got);
			is_right = take(i, &objects);
		} else if (got < 0 && got != -EAGAIN && got != -EINTR) {
			history_error("%s: %s", i->name, strerror((int)-got));
			i->status = HISTORY_ERROR;
			is_right = false;
		}
		if (is_right && clock_ns(CLOCK_MONOTONIC) >= i->due_ns)
			is_right = commit(i);
	}
	if (is_right && !is_over && !objects_are_whole(&objects))
		is_right = is_wrong(i, objects.line, "ends within an object");
	objects_done(&objects);
	return is_right;
}

static bool import_file(struct importing *i, const char *path)
{
	const bool is_input = strcmp(path, "-") == 0;
	const int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	bool is_right;

	i->name = is_input ? "standard input" : path;
	if (fd < 0) {
		history_error("%s: %s", path, strerror(errno));
		i->status = HISTORY_ERROR;
		return false;
	}
	is_right = import_fd(i, fd);
	if (!is_input)
		close(fd);
	return is_right;
}

/* NULL without one; false after an error message. */
static bool open_databases(const struct history_config *c, struct databases **d)
{
	const char *paths[HISTORY_DATABASES];
	char why[WHY_SIZE];

	*d = NULL;
	for (unsigned i = 0; i < c->database_count; i++)
		paths[i] = c->databases[i];
	if (!c->database_count || databases_open(d, paths, c->database_count, why, sizeof(why)) == 0)
		return true;
	history_error("%s", why);
	return false;
}

static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = end };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int history_import(const struct history_options *o)
{
	struct importing i = {
		.intake = { .host = o->host, .is_full = o->config->is_full, .told = told, .named = named }
	};
	struct databases *databases;

	if (!open_databases(o->config, &databases))
		return HISTORY_ERROR;
	i.store = history_open(o, false);
	i.intake.databases = databases;
	i.intake.owner = &i;
	i.due_ns = clock_ns(CLOCK_MONOTONIC) + (uint64_t)COMMIT_MS * 1000000;
	catch_signals();
	i.status = i.store ? EXIT_SUCCESS : HISTORY_ERROR;
	for (int file = 0; file < o->argument_count && i.store && !i.status && !is_over; file++)
		import_file(&i, o->arguments[file]);
	if (i.store && !i.has_failed)
		commit(&i);
	if (i.store && !o->is_json)
		printf("%" PRId64 " trace%s added, %" PRId64 " there already\n", i.added, i.added == 1 ? "" : "s",
			i.duplicates);
	else if (i.store)
		printf("{\"added\":%" PRId64 ",\"duplicates\":%" PRId64 "}\n", i.added, i.duplicates);
	store_close(i.store);
	databases_close(databases);
	return i.status;
}
