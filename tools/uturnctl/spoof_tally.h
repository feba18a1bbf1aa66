/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the listener of `uturnctl spoof-check` remembers of each test, and when
 * it answers: own datagrams only, to the address they really came from, so
 * many a test and so many a second. A foreign one is counted, never answered.
 *
 * Fixed capacity; while it is full, new tests are not taken. Pure: time is an
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
	SPOOF_TALLY_ANSWERS = 16, /* to one test */
	SPOOF_TALLY_RATE = 100 /* answers a second, and at once */
};

struct spoof_tally_test {
	bool is_used;
	uint64_t token, last_ns;
	struct addr own, foreign; /* own: family 0 until an own datagram has come */
	uint16_t own_count, foreign_count, rewritten_count, answer_count;
};

struct spoof_tally {
	struct spoof_tally_test tests[SPOOF_TALLY_TESTS];
	uint64_t filled_ns;
	unsigned credit; /* answers that may be sent now */
	unsigned used;
};

/* Counts a datagram of that source; true where *answer is to go back to it. */
bool spoof_tally_take(struct spoof_tally *t, const struct addr *from, const struct spoof_message *m, uint64_t now_ns,
	struct spoof_message *answer);

/* Takes out a test of which nothing has come for a second; false where there is none. */
bool spoof_tally_over(struct spoof_tally *t, uint64_t now_ns, struct spoof_tally_test *over);

#endif
