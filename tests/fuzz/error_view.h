/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ICMP error as the model sees it, and the packet that it quotes.
 */
#ifndef UTURN_FUZZ_ERROR_VIEW_H
#define UTURN_FUZZ_ERROR_VIEW_H

#include "view.h"

struct error_view {
	struct view outer, quote;
	uint8_t type, code;
	size_t words; /* the RFC 4884 length, in bytes; 0: none */
	const uint8_t *body;
	size_t body_len;
	bool has_option; /* of what it quotes: the one of our checks */
};

/* False for what is no ICMP error of a kind that is relayed, whole and quoting enough of a packet. */
bool error_view_of(const uint8_t *packet, size_t len, struct error_view *e);
/* How an IPv6 host says that it knows a protocol, or an option, not. */
/* Not an MTU that a packet as large as this probe fits into, or that no link has. */
bool error_view_mtu_can_be(const struct error_view *e, const struct view *probe);
bool error_view_is_parameter(const struct error_view *e);

/* How well a quote fits what left with these 8 bytes, its tag aside: 2 all, 1 but for a checksum, 0 not. */
int error_view_likeness(const uint8_t *l4, const struct view *quote);
/* Is it from the prober's address? By its host, that is; its NAT box has the same, and says when a packet is too large. */
bool error_view_is_of(const struct error_view *e, const struct view *probe);
bool error_view_is_end(const struct error_view *e, const struct view *probe);
/* Ends the run where an extension that leaves has other objects than the router's, to the byte, and at most one of ours. */
void error_view_check_extension(const struct error_view *e, const uint8_t *at, size_t len, bool names_router);

#endif
