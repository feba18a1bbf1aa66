/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/keywords.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, GROWTH = 16 };

const char *const kept_fronts[KEPT_FRONTS] = { "uturn", "inband", "request", "trace" };
const char *const kept_ends[KEPT_ENDS] = { "arrived", "stopped", "limited" };

void kept_init(struct kept *k)
{
	memset(k, 0, sizeof(*k));
}

void kept_done(struct kept *k)
{
	free(k->routers);
	free(k->met);
	free(k->flows);
	memset(k, 0, sizeof(*k));
}

static int compare_rtts(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

static uint32_t median(const uint32_t *rtts_us, size_t count)
{
	uint32_t sorted[16];

	if (!count)
		return 0;
	count = count < 16 ? count : 16;
	memcpy(sorted, rtts_us, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_rtts);
	return sorted[(count - 1) / 2];
}

bool kept_add(struct kept *k, unsigned hop, const struct addr *router, const uint32_t *rtts_us, size_t count)
{
	const unsigned used = k->first[k->hops];

	if (!hop || hop < k->hops || hop > KEPT_HOPS || used >= KEPT_ROUTERS)
		return false;
	if (used % GROWTH == 0) {
		struct kept_router *more = realloc(k->routers, (used + GROWTH) * sizeof(*more));

		if (!more)
			return false;
		k->routers = more;
	}
	while (k->hops < hop) {
		k->first[k->hops + 1] = k->first[k->hops];
		k->hops++;
	}
	k->routers[used] = (struct kept_router){ .addr = *router, .rtt_us = median(rtts_us, count) };
	k->first[hop]++;
	return true;
}

static int compare_routers(const void *a, const void *b)
{
	return memcmp(&((const struct kept_router *)a)->addr, &((const struct kept_router *)b)->addr,
		sizeof(struct addr));
}

void kept_finish(struct kept *k)
{
	unsigned used = 0, end = 0;

	for (unsigned hop = 1; hop <= k->hops; hop++) {
		const unsigned begin = end, first = used;

		end = k->first[hop];
		if (end > begin)
			qsort(k->routers + begin, end - begin, sizeof(*k->routers), compare_routers);
		for (unsigned i = begin; i < end; i++)
			if (used == first || !addr_equal(&k->routers[used - 1].addr, &k->routers[i].addr))
				k->routers[used++] = k->routers[i];
		k->first[hop] = (uint16_t)used;
	}
}

struct prefix kept_prefix(const struct addr *a, bool is_full)
{
	struct prefix p = { *a, a->family == 6 ? 128 : 32 };

	return is_full ? p : prefix_of_network(a);
}

/* The end of the path is the prober itself: the address of its prefix stands for it. */
void kept_cut(struct kept *k)
{
	const struct addr prober = k->remote.addr;

	k->remote = kept_prefix(&prober, false);
	for (unsigned i = 0; i < k->first[k->hops]; i++)
		if (addr_equal(&k->routers[i].addr, &prober))
			k->routers[i].addr = k->remote.addr;
	kept_finish(k);
}

uint8_t kept_protocol(const char *word)
{
	unsigned long number;

	if (strcmp(word, "udp") == 0)
		return UDP;
	if (strcmp(word, "tcp") == 0)
		return TCP;
	if (strcmp(word, "icmp") == 0)
		return ICMP;
	return number_parse(word, "", &number) && number <= UINT8_MAX ? (uint8_t)number : 0;
}

const char *kept_protocol_word(uint8_t protocol, char number[4])
{
	if (protocol == UDP)
		return "udp";
	if (protocol == TCP)
		return "tcp";
	if (protocol == ICMP || protocol == ICMPV6)
		return "icmp";
	snprintf(number, 4, "%u", protocol);
	return number;
}
