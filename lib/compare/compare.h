/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changed between two runs to one target, in one direction.
 *
 * Both runs ask mostly the same flows, and a flow keeps its path as long as
 * nothing changes: what one flow met before and after is compared hop by hop. A
 * router that only flows of one run have met may have been missed by chance in
 * the other: there it takes a test.
 *
 * Routers are numbered by the caller, in both runs alike. All memory is the
 * caller's, and borrowed until the function returns.
 */
#ifndef UTURN_COMPARE_COMPARE_H
#define UTURN_COMPARE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	COMPARE_ROUTERS = 2048, /* of both runs together */
	COMPARE_NOBODY = 0xffff,
	COMPARE_NAMED = 64, /* routers that a change names; more are counted */
};

struct compare_run {
	const uint16_t *met; /* by flow * hops + hop - 1: the router, or COMPARE_NOBODY */
	uint64_t per_packet_hops; /* bit hop - 1: not compared */
	uint16_t flows;
	uint8_t hops;
};

enum compare_kind {
	COMPARE_PATH, /* another route */
	COMPARE_REMAPPED, /* the same routers, spread in another way: no change of the route */
	COMPARE_MAYBE, /* a router of one run alone, which may be chance: no change */
	COMPARE_DELAY,
	COMPARE_LOSS,
};

struct compare_change {
	uint16_t gone[COMPARE_NAMED], added[COMPARE_NAMED]; /* routers */
	uint16_t gone_count, added_count;
	uint16_t moved, compared; /* flows that met different routers, of those that both runs have answers of */
	uint16_t seen, asked; /* COMPARE_MAYBE: flows that met the router, of those that were answered in its run */
	uint16_t router; /* COMPARE_DELAY, COMPARE_LOSS: the first */
	uint32_t before_us, after_us; /* COMPARE_DELAY: medians */
	double p; /* but for what was seen flow by flow, where it is 0 */
	uint8_t kind; /* enum compare_kind */
	uint8_t hop;
};

/* For the comparison to count in. */
struct compare_work {
	struct {
		uint16_t before, after; /* flows at this hop */
		uint16_t left, came; /* of those that both runs have answers of */
		bool was_known, is_known; /* at any hop */
		bool is_named; /* in the change of this hop */
	} routers[COMPARE_ROUTERS];
};

/* Fills changes in order of hops, at most so many, and returns how many. */
unsigned compare_paths(const struct compare_run *before, const struct compare_run *after, struct compare_work *work,
	struct compare_change *changes, unsigned most);

/* Answers of one router in both runs, us. */
struct compare_delay {
	uint32_t *before, *after; /* are sorted */
	uint16_t before_count, after_count;
	uint16_t router;
	uint8_t hop;
	double p; /* set by compare_delays() */
	bool is_shifted; /* the same */
};

/* Of routers in order of hops. Fills changes where a shift begins, at most so many, and returns how many. */
unsigned compare_delays(struct compare_delay *delays, unsigned count, struct compare_change *changes, unsigned most);

/* Is the difference in loss more than chance? */
bool compare_loss(unsigned lost_before, unsigned sent_before, unsigned lost_after, unsigned sent_after, double *p);

#endif
