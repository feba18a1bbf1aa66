/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where packets are lost: on which link of a flow's path.
 *
 * A sweep asks one flow at all its hops within a few ms. What is lost on a link
 * is missing at all hops behind it, and at the target, which is what counts; a
 * router that does not answer every probe is missing alone. Counts are of sweeps
 * only, by flow; a link is told by the hop that it leads to.
 */
#ifndef UTURN_TRACE_SEARCH_LOSS_H
#define UTURN_TRACE_SEARCH_LOSS_H

#include <stdbool.h>
#include <stdint.h>

enum { LOSS_FLOWS = 128, LOSS_HOPS = 64 };

struct loss_flow {
	uint16_t flow;
	uint8_t distance;
	uint32_t sweeps;
	uint32_t sent[LOSS_HOPS + 1], answered[LOSS_HOPS + 1]; /* by hop */
	uint32_t tails[LOSS_HOPS + 1]; /* sweeps of which this hop and all behind it, two or more, were not answered */
};

struct loss {
	uint16_t count;
	struct loss_flow flows[LOSS_FLOWS]; /* in the order of their first sweeps */
};

/* Lost of sent, and Wilson's interval at 95 % for the share. */
struct loss_share {
	uint32_t lost, sent;
	double least, most;
};

void loss_init(struct loss *l);

/* One sweep is over. Bits by hop - 1: what was sent, and of that what was answered. */
void loss_add(struct loss *l, unsigned flow, unsigned distance, uint64_t sent, uint64_t answered);

/* A flow of so many sweeps: all its counts are halved, so that those of long ago weigh less. */
void loss_fade(struct loss *l, unsigned flow, unsigned sweeps);

/* Adds the counts of a flow to those of others of the same length, to locate what they lose together. */
void loss_sum(struct loss_flow *sum, const struct loss_flow *f);

/* NULL where the flow was never swept. */
const struct loss_flow *loss_find(const struct loss *l, unsigned flow);

struct loss_share loss_of_target(const struct loss_flow *f);

/* Of the link to this hop: the sweeps that broke off there. */
struct loss_share loss_of_tails(const struct loss_flow *f, unsigned hop);

/* The hop to which the link leads that loses what the target misses; 0: no loss, or too little to tell. */
unsigned loss_locate(const struct loss_flow *f);

#endif
