/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One test of one family: for at most two seconds, datagrams of our own and
 * foreign ones go to the listener, which answers what has arrived.
 */
#ifndef UTURNCTL_SPOOF_PROBE_H
#define UTURNCTL_SPOOF_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "spoof_check.h"

struct spoof_result {
	struct addr host, own, foreign; /* own, foreign: family 0 where it did not come to that */
	struct addr seen; /* our own address as the listener saw it; family 0 without an answer */
	unsigned own_sent, foreign_sent;
	unsigned own_count, foreign_count, rewritten_count; /* arrived there */
	enum spoof_verdict verdict;
	bool is_unreachable; /* this host has no way there in this family */
	char why[160]; /* of SPOOF_UNKNOWN */
};

/* from: the foreign source; family 0 chooses one. */
void spoof_probe(const struct addr *host, uint16_t port, const struct addr *from, struct spoof_result *r);

#endif
