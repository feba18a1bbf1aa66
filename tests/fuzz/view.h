/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet as the model sees it: where its parts are, nothing decided yet.
 */
#ifndef UTURN_FUZZ_VIEW_H
#define UTURN_FUZZ_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view {
	const uint8_t *at;
	size_t len; /* as the header states it */
	size_t header; /* bytes of the IP header */
	size_t extensions; /* bytes of extension headers behind it, in a probe of IPv6 */
	bool is_four;
	uint8_t protocol, ttl;
	bool is_fragment;
	uint32_t tag; /* IPv4 id, IPv6 flow label */
	uint32_t turned_tag, turned_sequence; /* of a probe: what its return probe leaves with, see known.h */
	const uint8_t *from, *to;
	size_t address; /* bytes of each */
	const uint8_t *l4;
	size_t l4_len;
};

uint32_t view_tag(const uint8_t *packet, bool is_four);
/* False where the header is not whole, or states more than there is (unless `is_quote`). */
bool view_of(const uint8_t *at, size_t len, bool is_quote, struct view *v);
/*
 * A UDP datagram, SYN, bare ACK or echo request with every checksum right, or what else there is where others may come;
 * v steps over the extension headers.
 */
bool view_is_probe(struct view *v, bool with_others);
/* A datagram, or what nobody knows, that another uturn host has sent. */
bool view_is_of_uturn(const struct view *v);
/*
 * Too short to say what it is: what another such host made of the return probe `turned` of this probe, or its check of
 * that. Its ports are the probe's, or the other way around; what was turned twice has another tag.
 */
bool view_has_come_back(const struct view *v, const struct view *of, const uint8_t *turned);
/* Somebody's own address: none of those that RFC 1122 and RFC 4291 keep for other things. */
bool view_is_host(const uint8_t *address, size_t size);
/*
 * What may say that a TTL was too small: a host, the routers of large networks (240/4 but for broadcast), and
 * those that nobody forwards: link-local, and 6PE's ::ffff:a.b.c.d.
 */
bool view_is_router(const uint8_t *address, size_t size);
bool view_is_forwarded(const uint8_t *address, size_t size);
bool view_is_first_hop(const uint8_t *address, size_t size); /* fe80::/10 */
/* One of these, and of networks for documentation, benchmarks and other things that are nobody's. */
bool view_is_nobodys(const uint8_t *address, size_t size);

#endif
