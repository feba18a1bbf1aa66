/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crowd of probers: numbered probes from many sources, shaped like those of
 * traceroute (60 bytes of IPv4, 80 of IPv6), and the numbers back out of the
 * answers. Pure: for the generator and for the benchmark without a network.
 *
 * A number is written into source address, source port, and IPv4 id or IPv6
 * flow label, all of which come back in the shortest quote.
 */
#ifndef UTURN_TESTS_BENCH_CROWD_H
#define UTURN_TESTS_BENCH_CROWD_H

#include <string.h>

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/probe.h"

enum { CROWD_PAYLOAD = 32, CROWD_PROBE_MAX = HEADER_SIZE6 + UDP_SIZE + CROWD_PAYLOAD };
enum { CROWD_NUMBERS = 1 << 30 }; /* before they repeat */

struct crowd {
	struct addr network; /* the sources are its hosts first, first + step, ..., each times stride */
	struct addr target;
	uint32_t first, step, count, stride;
};

/* Where a probe is to end, and who is to say so. */
struct hop {
	uint8_t ttl; /* as it leaves the prober */
	uint8_t type, code;
	struct addr from;
};

static inline size_t crowd_header_size(const struct crowd *c)
{
	return c->target.family == 4 ? HEADER_SIZE4 : HEADER_SIZE6;
}

static inline struct addr crowd_source(const struct crowd *c, uint32_t number)
{
	struct addr source = c->network;
	uint8_t *host = source.bytes + addr_size(&source) - 4;

	store_u32(host, load_u32(host) + (c->first + number % c->count * c->step) * c->stride);
	return source;
}

/* Returns the bytes of the probe. */
static inline size_t crowd_probe(const struct crowd *c, uint32_t number, uint8_t ttl, uint8_t at[CROWD_PROBE_MAX])
{
	struct addr source = crowd_source(c, number);
	size_t header_size = crowd_header_size(c);
	uint8_t *l4 = at + header_size;
	uint16_t sum;

	memset(at, 0, header_size + UDP_SIZE);
	if (c->target.family == 4) {
		at[0] = 0x45;
		store_u16(at + 2, HEADER_SIZE4 + UDP_SIZE + CROWD_PAYLOAD);
		store_u16(at + 4, (uint16_t)(number >> 15));
		at[8] = ttl;
		at[9] = PROTOCOL_UDP;
	} else {
		store_u32(at, 0x60000000 | number >> 15);
		store_u16(at + 4, UDP_SIZE + CROWD_PAYLOAD);
		at[6] = PROTOCOL_UDP;
		at[7] = ttl;
	}
	memcpy(l4 - 2 * addr_size(&source), source.bytes, addr_size(&source));
	memcpy(l4 - addr_size(&source), c->target.bytes, addr_size(&source));
	if (c->target.family == 4)
		store_u16(at + 10, checksum(span_of(at, HEADER_SIZE4)));
	store_u16(l4, 0x8000 | (number & 0x7fff));
	store_u16(l4 + 2, 33434 + ttl);
	store_u16(l4 + 4, UDP_SIZE + CROWD_PAYLOAD);
	for (int i = 0; i < CROWD_PAYLOAD; i++)
		l4[UDP_SIZE + i] = (uint8_t)(0x40 + i);
	sum = checksum_pseudo(&source, &c->target, PROTOCOL_UDP, span_of(l4, UDP_SIZE + CROWD_PAYLOAD));
	store_u16(l4 + 6, sum ? sum : 0xffff);
	return header_size + UDP_SIZE + CROWD_PAYLOAD;
}

/* The number of the probe that this ICMP error quotes; false: it quotes none of ours. */
static inline bool crowd_number(const struct crowd *c, struct span answer, uint32_t *number)
{
	size_t header_size = crowd_header_size(c);
	struct span quote = span_tail(answer, header_size + ICMP_SIZE);
	uint32_t label;

	if (quote.len < header_size + UDP_SIZE)
		return false;
	label = c->target.family == 4 ? load_u16(quote.at + 4) : load_u32(quote.at) & 0xfffff;
	*number = label << 15 | (load_u16(quote.at + header_size) & 0x7fff);
	return true;
}

/* Is it what the hop has to say about this probe, every quoted byte of it? */
static inline bool crowd_answer_is_right(const struct crowd *c, struct span answer, uint32_t number,
	const struct hop *hop)
{
	size_t header_size = crowd_header_size(c);
	const uint8_t *message = answer.at + header_size;
	struct span quote = span_tail(answer, header_size + ICMP_SIZE);
	uint8_t probe[CROWD_PROBE_MAX];
	size_t size = crowd_probe(c, number, hop->ttl, probe);
	size_t addresses = header_size - 2 * addr_size(&hop->from);

	if (message[0] != hop->type || message[1] != hop->code)
		return false;
	if (memcmp(answer.at + addresses, hop->from.bytes, addr_size(&hop->from)) != 0)
		return false;
	if (quote.len > size)
		quote.len = size;
	return memcmp(quote.at + addresses, probe + addresses, quote.len - addresses) == 0;
}

#endif
