/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counts of the listener of `uturnctl spoof-check` for each test, and its
 * rate limits: only own datagrams are answered, to the source they came from,
 * up to a number per test and per second. A foreign one is counted, never
 * answered.
 *
 * Fixed capacity; while it is full, new tests are ignored. Pure: time is an
 * argument. A tally of zeroes is empty.
 */
#ifndef UTURNCTL_SPOOF_TALLY_H
#define UTURNCTL_SPOOF_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "spoof_message.h"

enum {
	SPOOF_TALLY_TESTS = 256,
	SPOOF_TALLY_ANSWERS = 16, /* per test */
	SPOOF_TALLY_RATE = 100 /* answers per second, and burst */
};

struct spoof_tally_test {
	bool is_used;
	uint64_t token, last_ns;
	struct addr own, foreign; /* own: family 0 until an own datagram has arrived */
	uint16_t own_count, foreign_count, rewritten_count, answer_count;
};

struct spoof_tally {
	struct spoof_tally_test tests[SPOOF_TALLY_TESTS];
	uint64_t filled_ns;
	unsigned credit; /* answers that may be sent now */
	unsigned used;
};

/* Counts a datagram with that source; true where *answer is to be sent to it. */
bool spoof_tally_take(struct spoof_tally *t, const struct addr *from, const struct spoof_message *m, uint64_t now_ns,
	struct spoof_message *answer);

/* Removes a test without a datagram for a second and copies it to *over; false where there is none. */
bool spoof_tally_over(struct spoof_tally *t, uint64_t now_ns, struct spoof_tally_test *over);

#endif
