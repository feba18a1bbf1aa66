/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop of `uturn-rules keep`: changes of the tables, signals, reloads of
 * uturnd and the watchdog of the service manager. What keep.c has opened is plain memory here.
 */
#ifndef UTURN_RULES_KEEP_LOOP_H
#define UTURN_RULES_KEEP_LOOP_H

#include "cli.h"
#include "keep_events.h"
#include "keep_family.h"
#include "keep_follow.h"
#include "keep_state.h"

struct keep {
	struct cli cli; /* what is applied */
	int argc;
	char **argv;
	bool is_table; /* of nftables: both families are the first */
	struct keep_family family[2]; /* IPv4, IPv6 */
	struct keep_state state[2];
	struct keep_events events;
	struct keep_follow follow;
	int signals, lock;
	uint64_t connect_ns,
		follow_ns; /* not before: a connection to uturnd, reading the configuration because of it */
	bool has_reloaded; /* uturnd, and the rules have not followed yet */
	bool is_other; /* uturnd: it has been started since */
	struct log_limit unwritten;
};

/* Keeps k->cli, which is applied. Returns at SIGTERM or SIGINT; k->cli is what is applied by then. */
void keep_loop_run(struct keep *k);

#endif
