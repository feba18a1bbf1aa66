/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uturnd says of itself on the control socket: uturn-control(7), status. */
#ifndef UTURN_OPERATOR_STATUS_H
#define UTURN_OPERATOR_STATUS_H

#include <jansson.h>
#include <stdint.h>

struct config;
struct peers;
struct workers_sum;

struct status {
	const struct workers_sum *sum;
	const struct config *config; /* in force */
	const char *path; /* of its file; NULL: the default one */
	unsigned traces; /* of TCP connections, running now */
	uint64_t start_ns, now_ns; /* CLOCK_MONOTONIC */
	uint64_t wall_ns; /* now, CLOCK_REALTIME */
	json_t *warnings; /* stolen */
	uint64_t drain_until_ns; /* CLOCK_MONOTONIC; 0, or in the past: not drained */
	const struct peers *peers; /* NULL: none */
};

/* Returns a new reference. */
json_t *status_json(const struct status *s);

#endif
