/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where `uturnctl top` has its figures from: one connection to uturnd that asks
 * once a second, one that watches, and this host's own files. Nothing waits; the
 * caller polls. An uturnd that is gone is asked for again every second.
 */
#ifndef UTURNCTL_TOP_FEED_H
#define UTURNCTL_TOP_FEED_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "control/control_link.h"
#include "top_model.h"

enum { TOP_FEED_FDS = 2 };

struct top_feed {
	const char *path;
	struct top_model *model;
	struct control_link asking, watching;
	int question; /* the one that is out; -1: none */
	uint64_t asked_ns; /* when the first of this round was */
	unsigned events; /* of this round */
	bool is_refused; /* to watch: it is not tried again on this connection */
};

void top_feed_init(struct top_feed *f, const char *path, struct top_model *model);
/* Once a second: asks again. */
void top_feed_tick(struct top_feed *f, uint64_t now_ns);
/* What to poll for; an fd of -1 is ignored by poll(2). */
void top_feed_fds(const struct top_feed *f, struct pollfd fds[TOP_FEED_FDS]);
/* After poll(2); true: what was asked has been answered, or uturnd is gone. */
bool top_feed_work(struct top_feed *f, const struct pollfd fds[TOP_FEED_FDS]);
bool top_feed_is_asking(const struct top_feed *f);
void top_feed_close(struct top_feed *f);

#endif
