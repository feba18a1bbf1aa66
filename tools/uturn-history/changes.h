/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the paths of one series have changed. Several paths at once are the work
 * of balancers, and no change: what counts is that a router which was met
 * before is met no more, or one is met that was not, and that this is not
 * chance.
 *
 * Traces of uturnd do not tell flows. There every trace is a look, so a router
 * has to be less probable than one in a billion; then the traces before and
 * after are compared as uturn-trace diff compares flows that differ, and that
 * says which routers have gone and come at which hop. Traces of uturn-trace are
 * compared one with the one before it, as uturn-trace diff does.
 *
 * No I/O, no clock; routers are numbers of the caller's.
 */
#ifndef UTURN_HISTORY_CHANGES_H
#define UTURN_HISTORY_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept.h"

enum {
	CHANGES_TRACES = 128, /* of a series that are remembered */
	CHANGES_FOUND = 64, /* at once */
	CHANGES_NAMED = 8,
};

struct changes_routers {
	int64_t ids[CHANGES_NAMED];
	unsigned count; /* may be more */
};

struct changes_found {
	int64_t before_ms, at_ms; /* the last trace before, the first after */
	uint8_t hop;
	bool is_maybe; /* it may be chance */
	unsigned moved, compared; /* flows that both have answers of */
	unsigned seen, asked; /* traces or flows that met the router, of those that were answered; is_maybe alone */
	double p;
	struct changes_routers gone, added;
};

/* Lent for the call. ids: of each router of k, in its order. */
struct changes_trace {
	const struct kept *k;
	const int64_t *ids;
	int64_t at_ms;
	bool has_same_flows; /* the flows of one identifier are the same as in other traces of the series */
};

struct changes;

struct changes *changes_make(void); /* NULL: no memory */
void changes_free(struct changes *c);
/* What this trace has shown, at most CHANGES_FOUND; without memory nothing. Traces come in the order of their times. */
unsigned changes_on_trace(struct changes *c, const struct changes_trace *t, struct changes_found *found);

#endif
