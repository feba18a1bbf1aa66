/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history serve`: the page of the operator. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "command.h"
#include "common/log.h"
#include "common/version.h"
#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "daemon/syscalls.h"
#include "db.h"
#include "serve.h"
#include "serve_socket.h"

enum { WHY_SIZE = 1024 };

/* Started as root it gives up its privileges; another user keeps its own. */
static int drop(const struct history_options *o, char *why, size_t why_size)
{
	return geteuid() == 0 ? privileges_drop(o->config->user, PRIVILEGES_NONE, why, why_size) : 0;
}

/* With its first question a store opens all files that it needs. */
static int open_store(struct serve *s, const struct history_options *o, char *why, size_t why_size)
{
	struct store_series none;
	int err = store_open(&s->store, o->database, true, why, why_size);

	if (!err && store_series_by_id(s->store, 0, &none) < 0) {
		snprintf(why, why_size, "%s", store_why(s->store));
		store_close(s->store);
		err = -EIO;
	}
	return err;
}

static int confine(const struct serve *s, const struct history_options *o, char *why, size_t why_size)
{
	if (!syscalls_are_sanitized())
		return serve_sandbox_enter(s, db_is_postgres(o->database) ? "" : o->database, why, why_size);
	log_warning("built with a sanitizer: no sandbox");
	return 0;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Until a signal, or the server of the database has gone. */
static void serve_loop(struct serve *s, struct serve_http *http, int signals)
{
	struct pollfd wait[] = { { .fd = signals, .events = POLLIN }, { .fd = serve_http_fd(http), .events = POLLIN } };

	while (!s->is_lost && !wait[0].revents) {
		if (poll(wait, 2, serve_http_wait_ms(http)) < 0 && errno != EINTR)
			return;
		serve_http_run(http);
	}
}

static int serve_on(struct serve *s, const struct history_options *o, int fd, char *why, size_t why_size)
{
	const int signals = signals_open();
	struct serve_http *http = serve_http_open(fd, serve_request, s);

	if (signals < 0 || !http) {
		snprintf(why, why_size, "HTTP: cannot be started: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	if (confine(s, o, why, why_size) != 0)
		return EXIT_FAILURE;
	log_info("version " UTURN_VERSION " ready");
	notify_ready();
	serve_loop(s, http, signals);
	notify_stopping();
	serve_http_close(http);
	if (!s->is_lost)
		return EXIT_SUCCESS;
	snprintf(why, why_size, "database: the server has gone (start it, then uturn-history serve)");
	return EXIT_FAILURE;
}

/* The socket with the privileges of the caller, all else without them. */
static int start(struct serve *s, const struct history_options *o, char *why, size_t why_size)
{
	int fd = serve_socket_open(&s->listen, o->config->user, why, why_size);
	int status = EXIT_FAILURE;

	if (fd < 0)
		return EXIT_FAILURE;
	if (drop(o, why, why_size) == 0 && open_store(s, o, why, why_size) == 0) {
		status = serve_on(s, o, fd, why, why_size);
		store_close(s->store);
	}
	serve_socket_close(&s->listen);
	return status;
}

int history_serve(const struct history_options *o)
{
	const char *where = o->argument_count ? o->arguments[0] : o->config->listen;
	struct serve s = { .store = NULL };
	char why[WHY_SIZE] = "";
	int status;

	log_open("uturn-history", o->is_debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (!serve_listen_parse(where, &s.listen, why, sizeof(why))) {
		log_error("listen: %s", why);
		return HISTORY_ERROR;
	}
	notify_open();
	status = start(&s, o, why, sizeof(why));
	if (status)
		log_error("%s", why);
	else
		log_info("stopped");
	return status;
}
