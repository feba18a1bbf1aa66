/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept_bytes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "common/siphash.h"

enum { RTT_BITS = 11, RTT_SCALES = 32 };

size_t kept_addr_bytes(const struct addr *a, uint8_t bytes[KEPT_ADDR_BYTES])
{
	bytes[0] = a->family;
	memcpy(bytes + 1, a->bytes, addr_size(a));
	return 1 + addr_size(a);
}

bool kept_addr_of(const void *bytes, size_t len, struct addr *a)
{
	const uint8_t *at = bytes;

	if (!len || (at[0] != 4 && at[0] != 6) || len != (at[0] == 6 ? 17U : 5U))
		return false;
	*a = addr_from(at[0], at + 1);
	return true;
}

/* --- numbers --- */

static size_t put_number(uint8_t *at, uint64_t n)
{
	size_t len = 0;

	for (; n >= 0x80; n >>= 7)
		at[len++] = (uint8_t)(n | 0x80);
	at[len++] = (uint8_t)n;
	return len;
}

struct source {
	const uint8_t *at, *end;
	bool is_short;
};

static uint64_t take_number(struct source *s)
{
	uint64_t n = 0;

	for (unsigned shift = 0; s->at < s->end && shift < 64; shift += 7) {
		const uint8_t byte = *s->at++;

		n |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return n;
	}
	s->is_short = true;
	return 0;
}

/* --- paths --- */

size_t kept_path_bytes(const struct kept *k, const int64_t *ids, uint8_t bytes[KEPT_PATH_BYTES])
{
	size_t len = 0;

	for (unsigned hop = 1; hop <= k->hops; hop++) {
		len += put_number(bytes + len, (uint64_t)(k->first[hop] - k->first[hop - 1]));
		for (unsigned i = k->first[hop - 1]; i < k->first[hop]; i++)
			len += put_number(bytes + len, (uint64_t)ids[i]);
	}
	return len;
}

bool kept_path_of(const void *bytes, size_t len, struct kept_path *p)
{
	struct source s = { bytes, (const uint8_t *)bytes + len, false };
	unsigned used = 0;

	p->hops = 0;
	p->first[0] = 0;
	while (s.at < s.end && p->hops < KEPT_HOPS) {
		const uint64_t count = take_number(&s);

		if (s.is_short || count > KEPT_ROUTERS - used)
			return false;
		for (uint64_t i = 0; i < count; i++)
			p->ids[used++] = (int64_t)take_number(&s);
		p->first[++p->hops] = (uint16_t)used;
	}
	return !s.is_short && s.at == s.end;
}

/* --- round-trip times --- */

static uint16_t rtt_code(uint32_t us)
{
	unsigned scale = 0;

	while (us >> scale >= 1U << RTT_BITS)
		scale++;
	return (uint16_t)(scale << RTT_BITS | us >> scale);
}

uint32_t kept_rtt_of(const uint8_t *bytes)
{
	const unsigned code = (unsigned)bytes[0] << 8 | bytes[1], scale = code >> RTT_BITS & (RTT_SCALES - 1);
	const uint64_t us = (uint64_t)(code & ((1U << RTT_BITS) - 1)) << scale;

	return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

size_t kept_rtts_bytes(const struct kept *k, uint8_t bytes[KEPT_RTTS_BYTES])
{
	const unsigned count = k->first[k->hops];

	for (size_t i = 0; i < count; i++) {
		const uint16_t code = rtt_code(k->routers[i].rtt_us);

		bytes[2 * i] = (uint8_t)(code >> 8);
		bytes[2 * i + 1] = (uint8_t)code;
	}
	return 2 * (size_t)count;
}

/* --- flows --- */

size_t kept_flows_bytes(const struct kept *k, uint8_t bytes[KEPT_FLOWS_BYTES])
{
	size_t len = 0;
	unsigned before = 0;

	if (!k->met || !k->flow_count)
		return 0;
	len += put_number(bytes, k->flow_count);
	for (unsigned flow = 0; flow < k->flow_count; flow++) {
		len += put_number(bytes + len, k->flows[flow] - before);
		before = k->flows[flow];
		for (unsigned hop = 1; hop <= k->hops; hop++) {
			const uint16_t router = k->met[flow * k->hops + hop - 1];

			/* within the hop, and 0 where it met none */
			len += put_number(bytes + len,
				router == KEPT_NOBODY ? 0 : (uint64_t)(router - k->first[hop - 1] + 1));
		}
	}
	return len;
}

static bool take_flows(struct kept *k, struct source *s)
{
	unsigned before = 0;

	for (unsigned flow = 0; flow < k->flow_count; flow++) {
		before += (unsigned)take_number(s);
		k->flows[flow] = (uint16_t)before;
		for (unsigned hop = 1; hop <= k->hops; hop++) {
			const uint64_t router = take_number(s);

			if (router > (uint64_t)(k->first[hop] - k->first[hop - 1]))
				return false;
			k->met[flow * k->hops + hop - 1] = router ? (uint16_t)(k->first[hop - 1] + router - 1)
								  : KEPT_NOBODY;
		}
	}
	return !s->is_short && s->at == s->end;
}

bool kept_flows_of(struct kept *k, const void *bytes, size_t len)
{
	struct source s = { bytes, (const uint8_t *)bytes + len, false };
	const uint64_t count = take_number(&s);

	if (!count || count > KEPT_FLOWS || !k->hops)
		return false;
	k->flow_count = (uint16_t)count;
	k->flows = calloc(count, sizeof(*k->flows));
	k->met = calloc(count * k->hops, sizeof(*k->met));
	return k->flows && k->met && take_flows(k, &s);
}

struct kept_hash kept_hash(const uint64_t key[2], const void *bytes, size_t len)
{
	const uint64_t other[2] = { key[0], ~key[1] };
	uint64_t words[KEPT_PATH_BYTES / 8 + 2];
	const size_t used = len < KEPT_PATH_BYTES ? len : KEPT_PATH_BYTES, count = used / 8 + 2;
	struct kept_hash hash;

	memset(words, 0, count * sizeof(*words));
	for (size_t i = 0; i < used; i++)
		words[i / 8] |= (uint64_t)((const uint8_t *)bytes)[i] << 8 * (i % 8);
	words[count - 1] = len;
	hash.words[0] = htole64(siphash(key, words, count));
	hash.words[1] = htole64(siphash(other, words, count));
	return hash;
}
