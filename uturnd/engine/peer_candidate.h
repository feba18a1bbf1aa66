/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Could a captured packet that matches no flight here be about a probe of another
 * uturn host with the same address? Asked before anything is spent on it: it has
 * to be addressed to the source of what it quotes, and the quote has to look like
 * what a uturn host sends. An error about the host's ordinary traffic does not,
 * where the router quotes enough to tell. Pure.
 */
#ifndef UTURN_ENGINE_PEER_CANDIDATE_H
#define UTURN_ENGINE_PEER_CANDIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/peer_datagram.h"

struct peer_candidate {
	enum peer_kind kind;
	struct addr router; /* source of the packet */
	struct addr own; /* the address that it is for */
	uint32_t tag; /* that it quotes; of a reply 0 */
	bool is_tcp; /* what it quotes, or is */
};

/* turns_others: other-protocols of uturnd.conf(5). */
bool peer_candidate_parse(struct span packet, bool turns_others, struct peer_candidate *c);

#endif
