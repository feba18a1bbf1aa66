/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One test of one family: for at most two seconds, datagrams with our own and
 * with a foreign source are sent to the listener, which answers how many of
 * each have arrived.
 */
#ifndef UTURNCTL_SPOOF_PROBE_H
#define UTURNCTL_SPOOF_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "spoof_verdict.h"

struct spoof_result {
	struct addr host, own, foreign; /* own, foreign: family 0 where the test failed before */
	struct addr seen; /* our own address as the listener saw it; family 0 without an answer */
	unsigned own_sent, foreign_sent;
	unsigned own_count, foreign_count, rewritten_count; /* arrived there */
	enum spoof_verdict verdict;
	bool is_unreachable; /* this host has no route to it in this family */
	char why[160]; /* reason of SPOOF_UNKNOWN */
};

/* from: the foreign source; family 0: spoof_foreign.h chooses one. Needs CAP_NET_RAW. Fills all of *r. */
void spoof_probe(const struct addr *host, uint16_t port, const struct addr *from, struct spoof_result *r);

#endif
