/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By which header fields a balancer chooses. Of a flow whose way through the
 * balancer is known (a base) one field alone is varied: another way shows that
 * the balancer chooses by it. As many variants on the same way as chance hardly
 * brings show that it does not: the largest share of any of its ways to the
 * power of the variants is at most e. The base itself is asked as often; where it
 * changes its way the balancer chooses by packet, or routes have changed, and
 * nothing is stated.
 *
 * Each variant is asked at the hop of the balancer first: what misses the
 * balancer, or has lost its variation on the path, does not count.
 *
 * No packets here, no clock and no heap, as in search.h: fields and values are
 * numbers of the caller's, times are in ns.
 */
#ifndef UTURN_TRACE_SEARCH_FIELDS_H
#define UTURN_TRACE_SEARCH_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	FIELDS_BALANCERS = 256,
	FIELDS_TESTS = 8, /* fields at most; FIELDS_CONTROL is the base, of which nothing varies */
	FIELDS_CONTROL = FIELDS_TESTS,
	FIELDS_BASES = 4,
	FIELDS_SLOTS = 8, /* probes of one balancer that are out or due */
	FIELDS_LANES = 2,
};

enum fields_verdict { FIELDS_OPEN, FIELDS_YES, FIELDS_NO, FIELDS_UNKNOWN };

/* What an answer shows, at the balancer's hop and at the next. */
enum fields_outcome {
	FIELDS_MISSED, /* neither of the others: another router */
	FIELDS_HIDDEN, /* the balancer was met, but did not see the variation */
	FIELDS_SAME, /* the balancer was met; at the next hop: the router of the base */
	FIELDS_OTHER, /* at the next hop: another router */
};

struct fields_test {
	uint8_t verdict; /* enum fields_verdict */
	bool is_asked;
	uint16_t values; /* that each base can be varied to */
	uint16_t begun[FIELDS_BASES]; /* values of each base */
	uint8_t out;
	uint16_t same, lost, hidden;
};

enum fields_slot_state { FIELDS_FREE, FIELDS_DUE, FIELDS_OUT };

struct fields_slot {
	uint8_t state; /* enum fields_slot_state */
	uint8_t test, base, attempt;
	uint16_t value;
	bool is_next_hop;
	uint32_t reference;
	uint64_t sent_ns;
};

/* Filled by the caller as far as `base_count`, the rest zero. */
struct fields_balancer {
	double share; /* the largest of its ways, as known; 0..1 */
	uint64_t timeout_ns; /* of a probe */
	uint64_t gap_least_ns; /* between two probes that its routers may be asked */
	uint8_t lane; /* below FIELDS_LANES: balancers whose probes have one limit in common */
	uint8_t base_count; /* 1..FIELDS_BASES */

	uint8_t alive, known; /* bits by base: may be asked; has met the balancer and gone its way again */
	bool is_unstable, is_over;
	uint16_t wanted; /* comparisons without a difference */
	uint64_t free_ns, gap_ns;
	struct fields_test tests[FIELDS_TESTS + 1];
	struct fields_slot slots[FIELDS_SLOTS];
};

struct fields {
	double e; /* how likely a wrong "not" may be, of each statement */
	unsigned count, turn; /* balancers; whose turn it is */
	uint32_t serial;
	uint64_t lane_gap_ns[FIELDS_LANES], lane_free_ns[FIELDS_LANES];
	struct fields_balancer balancers[FIELDS_BALANCERS];
};

struct fields_probe {
	uint32_t reference;
	uint16_t balancer, value;
	uint8_t test, base; /* test FIELDS_CONTROL: the base as it is */
	bool is_next_hop;
};

enum fields_step { FIELDS_WAIT, FIELDS_SEND, FIELDS_DONE };

/* e: above 0, below 1. */
void fields_init(struct fields *f, double e);
/* All of the balancer that is the caller's is copied; NULL where there is no place. It has no tests yet. */
struct fields_balancer *fields_add(struct fields *f, const struct fields_balancer *b);
/* Adds a test: a field with so many values. */
void fields_test(struct fields_balancer *b, unsigned test, unsigned values);

/* A probe counts as sent at now_ns. FIELDS_WAIT sets *until_ns. */
enum fields_step fields_next(struct fields *f, uint64_t now_ns, struct fields_probe *p, uint64_t *until_ns);
/* It was not sent, and is due again. */
void fields_on_refusal(struct fields *f, uint32_t reference);
/* What the reference stands for; false: nothing waits for it any more. */
bool fields_find(const struct fields *f, uint32_t reference, struct fields_probe *p);
void fields_on_answer(struct fields *f, uint32_t reference, enum fields_outcome outcome);

/* As far as it has come. FIELDS_OPEN is never returned. */
enum fields_verdict fields_verdict(const struct fields *f, unsigned balancer, unsigned test);
/* The base has changed its way: nothing can be stated. */
bool fields_is_unstable(const struct fields *f, unsigned balancer);

/* Comparisons that it takes where the largest share is this. */
unsigned fields_wanted(double e, double share);

#endif
