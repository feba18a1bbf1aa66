/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All traces that end, in their order, each with its hops: what to ask uturnd
 * for on a control_link, and what its answers mean (uturn-control(7)).
 *
 * Begin with zeroes on each new connection, end with trace_follow_done().
 */
#ifndef UTURN_CONTROL_TRACE_FOLLOW_H
#define UTURN_CONTROL_TRACE_FOLLOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_FOLLOW_REQUEST_SIZE = 2048 };

struct trace_follow {
	json_t *next; /* NULL: from the oldest that is kept */
	uint64_t missed; /* traces in all that had gone before they were asked for */
};

/* The next request, a line without its newline; NULL: it would be too long, or no memory. */
const char *trace_follow_request(const struct trace_follow *f, char text[TRACE_FOLLOW_REQUEST_SIZE]);
/*
 * told gets each trace, which is lent. Returns how many there were: 0, there is none
 * yet, ask again later; or -1 with words: an error of uturnd, lent like the answer, or none of its answers.
 */
int trace_follow_take(struct trace_follow *f, const json_t *answer, void (*told)(void *owner, const json_t *trace),
	void *owner, const char **why);
void trace_follow_done(struct trace_follow *f);

#endif
