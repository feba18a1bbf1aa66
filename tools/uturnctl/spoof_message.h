/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The datagrams between `uturnctl spoof-check` and its listener, all of one
 * size: no answer is larger than its request (no amplification).
 *
 * An own datagram has the address of its sender as its source, a foreign one
 * an address of another network; both name the foreign address. Every value
 * has one form on the wire, and everything else is refused. Pure: no memory
 * kept, no clock.
 */
#ifndef UTURNCTL_SPOOF_MESSAGE_H
#define UTURNCTL_SPOOF_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"

enum { SPOOF_MESSAGE_SIZE = 64, SPOOF_PORT = 0x7574 };

enum spoof_kind { SPOOF_OWN = 1, SPOOF_FOREIGN, SPOOF_ANSWER };

struct spoof_message {
	enum spoof_kind kind;
	uint16_t number; /* own: of the datagram; answer: of the one it answers */
	uint64_t token; /* all datagrams of one test */
	struct addr foreign; /* its family is that of the test */
	/* the rest is set in answers only */
	struct addr seen; /* the source with which the own datagram arrived */
	uint16_t own_count, foreign_count,
		rewritten_count; /* arrived so far; rewritten: foreign, with another source than the one it names */
};

/* False for anything that is not exactly one message; *m is undefined then. */
bool spoof_message_parse(struct span datagram, struct spoof_message *m);
void spoof_message_put(const struct spoof_message *m, struct writer *out);

#endif
