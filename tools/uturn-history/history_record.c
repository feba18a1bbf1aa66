/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history record`: keeps what its sources tell, until a signal or until all of them have ended. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common/clock.h"
#include "common/log.h"
#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "enrich/mmdb.h"
#include "pending.h"
#include "source.h"

enum { WHY_SIZE = 1024, PRUNE_SECONDS = 60 };

static const uint64_t second_ns = 1000000000;

struct recorder {
	const struct history_config *config;
	struct pending pending;
	struct databases *databases;
	struct source sources[HISTORY_SOURCES];
	uint64_t write_ns, prune_ns, alive_ns; /* when it is time to */
};

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	(void)signal;
	is_over = 1;
}

static bool told(void *owner, struct kept *k)
{
	pending_add(owner, k);
	return true;
}

static void named(void *owner, uint32_t asn, const char *name)
{
	pending_name(owner, asn, name);
}

static bool open_databases(struct recorder *r, char *why, size_t why_size)
{
	const char *paths[HISTORY_DATABASES];

	for (unsigned i = 0; i < r->config->database_count; i++)
		paths[i] = r->config->databases[i];
	return !r->config->database_count ||
		databases_open(&r->databases, paths, r->config->database_count, why, why_size) == 0;
}

/* The exit status; 0: all is open. */
static int open_all(struct recorder *r, const struct history_options *o)
{
	char why[WHY_SIZE];
	int err;

	if (geteuid() == 0 && strcmp(o->config->user, "root") != 0 &&
		privileges_drop(o->config->user, PRIVILEGES_NONE, why, sizeof(why)) != 0) {
		log_error("%s", why);
		return EXIT_FAILURE;
	}
	err = pending_open(&r->pending, o->database, why, sizeof(why));
	if (err) {
		log_error("database: %s", why);
		return err == -EPROTO ? HISTORY_ERROR : EXIT_FAILURE;
	}
	if (!open_databases(r, why, sizeof(why))) {
		log_error("%s", why);
		return HISTORY_ERROR;
	}
	return 0;
}

/* Sources are not read while nothing can be written: uturnd keeps the last traces itself, a pipe waits. */
static bool is_reading(const struct recorder *r)
{
	return !pending_is_full(&r->pending);
}

/* Until bytes come, or a second has passed. */
static void wait_for(struct recorder *r, bool ready[HISTORY_SOURCES])
{
	struct pollfd fds[HISTORY_SOURCES];
	const unsigned count = is_reading(r) ? r->config->source_count : 0;
	const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t until_ns = r->write_ns;

	for (unsigned i = 0; i < count; i++) {
		const struct source *s = &r->sources[i];

		fds[i] = (struct pollfd){ .fd = source_fd(s), .events = POLLIN };
		/* a file at its end can always be read */
		if (!s->is_socket && now_ns < s->due_ns)
			fds[i].fd = -1;
		if (!s->is_ended && fds[i].fd < 0 && s->due_ns < until_ns)
			until_ns = s->due_ns;
	}
	poll(fds, count, until_ns > now_ns ? (int)((until_ns - now_ns) / 1000000 + 1) : 0);
	for (unsigned i = 0; i < HISTORY_SOURCES; i++)
		ready[i] = i < count && fds[i].fd >= 0 && fds[i].revents;
}

static void work(struct recorder *r)
{
	bool ready[HISTORY_SOURCES];
	uint64_t now_ns;

	wait_for(r, ready);
	now_ns = clock_ns(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < r->config->source_count && is_reading(r); i++)
		source_work(&r->sources[i], ready[i], now_ns);
	if (now_ns < r->write_ns && is_reading(r))
		return;
	pending_write(&r->pending);
	r->write_ns = clock_ns(CLOCK_MONOTONIC) + second_ns;
	if (now_ns >= r->prune_ns) {
		const struct store_limits limits = { r->config->keep_ms, r->config->max_bytes };

		if (!pending_prune(&r->pending, &limits, (int64_t)(clock_ns(CLOCK_REALTIME) / 1000000)))
			r->prune_ns = now_ns + PRUNE_SECONDS * second_ns;
	}
	if (notify_interval_ns() && now_ns >= r->alive_ns) {
		notify_alive();
		r->alive_ns = now_ns + notify_interval_ns();
	}
}

static bool are_ended(const struct recorder *r)
{
	for (unsigned i = 0; i < r->config->source_count; i++)
		if (!r->sources[i].is_ended)
			return false;
	return true;
}

static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = end }, ignored = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGPIPE, &ignored, NULL);
}

int history_record(const struct history_options *o)
{
	static struct recorder r;
	const struct intake intake = { .is_full = o->config->is_full,
		.told = told,
		.named = named,
		.owner = &r.pending };
	int status;

	log_open("uturn-history", o->is_debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	notify_open();
	r.config = o->config;
	status = open_all(&r, o);
	for (unsigned i = 0; i < o->config->source_count; i++) {
		source_init(&r.sources[i], &o->config->sources[i], &intake);
		r.sources[i].intake.databases = r.databases;
	}
	if (!status) {
		catch_signals();
		notify_ready();
		log_info("ready");
		while (!is_over && !are_ended(&r))
			work(&r);
		notify_stopping();
		status = pending_write(&r.pending) ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	for (unsigned i = 0; i < o->config->source_count; i++)
		source_done(&r.sources[i]);
	databases_close(r.databases);
	pending_close(&r.pending);
	return status;
}
