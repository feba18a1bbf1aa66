/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An IPv4 or IPv6 address, and a prefix of them.
 *
 * Bytes are in network order; a v4 address uses the first four and keeps the
 * others zero, so that equal addresses are equal memory. family is 4 or 6,
 * never AF_INET or AF_INET6; 0 says "no address". Their text is in
 * common/text.h, what kind of address one is in packet/special.h.
 */
#ifndef UTURN_PACKET_ADDR_H
#define UTURN_PACKET_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "packet/bytes.h"

struct addr {
	uint8_t family; /* 4, 6, or 0 for none */
	uint8_t bytes[16];
};

struct prefix {
	struct addr addr; /* bits behind the length are zero */
	uint8_t length; /* bits, 0..32 or 0..128 */
};

/* 4 or 16 bytes on the wire. */
static inline size_t addr_size(const struct addr *a)
{
	return a->family == 6 ? 16 : 4;
}

/* family 4 reads four bytes at `at`, family 6 sixteen. */
static inline struct addr addr_from(uint8_t family, const uint8_t *at)
{
	struct addr a = { .family = family };

	if (family == 6)
		memcpy(a.bytes, at, 16);
	else
		memcpy(a.bytes, at, 4);
	return a;
}

static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static inline bool prefix_contains(const struct prefix *p, const struct addr *a)
{
	const uint8_t *ours = p->addr.bytes, *theirs = a->bytes;
	uint64_t head = load_u64(ours) ^ load_u64(theirs), tail = load_u64(ours + 8) ^ load_u64(theirs + 8);

	if (p->addr.family != a->family)
		return false;
	if (p->length <= 64)
		return p->length == 0 || head >> (64 - p->length) == 0;
	return head == 0 && tail >> (128 - p->length) == 0;
}

/* The networks that limits count by; a: family 4 or 6. One prober: an IPv4 /32 or IPv6 /64. */
struct prefix prefix_of_prober(const struct addr *a);
/* Several probers that are likely one network: a /24 or /48. */
struct prefix prefix_of_network(const struct addr *a);

#endif
