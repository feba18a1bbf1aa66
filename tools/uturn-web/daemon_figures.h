/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answers of uturnd that /metrics is made of. uturnd is asked once for all
 * readers that wait at that moment; one that does not answer within a second
 * counts as down. One of zeroes asks nothing.
 */
#ifndef UTURN_WEB_DAEMON_FIGURES_H
#define UTURN_WEB_DAEMON_FIGURES_H

#include <ev.h>
#include <jansson.h>
#include <stdbool.h>

struct figures_reader;

enum { DAEMON_ANSWERS = 2, DAEMON_LINE_SIZE = 32 * 1024 };

/* The answers to status and counters, lent during the call; both NULL: uturnd is down. */
typedef void daemon_figures_told(void *owner, const json_t *status, const json_t *counters);

/* One of zeroes waits for nothing. */
struct figures_reader {
	struct daemon_figures *asked; /* NULL: it does not wait */
	daemon_figures_told *told;
	void *owner;
	struct figures_reader *next;
};

struct daemon_figures {
	struct ev_loop *ev;
	struct figures_reader *waiting;
	bool is_asking;
	struct ev_io on_socket;
	struct ev_timer on_time;
	int fd;
	json_t *answers[DAEMON_ANSWERS];
	unsigned count; /* of them */
	size_t len;
	char bytes[DAEMON_LINE_SIZE]; /* received */
};

/*
 * control: path of uturnd's control socket. The reader's told is called once,
 * maybe at once, unless it leaves before.
 */
void daemon_figures_ask(struct daemon_figures *f, struct ev_loop *ev, const char *control, struct figures_reader *r);
void daemon_figures_leave(struct figures_reader *r); /* which may have been told already */
void daemon_figures_close(struct daemon_figures *f); /* when nothing waits any more */

#endif
