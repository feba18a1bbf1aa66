/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/policy.h"

#include "engine/prefix_hash.h"
#include "packet/special.h"

enum { WAYS = 4, SECOND_NS = 1000 * 1000 * 1000 };
enum { ONE = 256, TICK_BITS = 20, HALF_LIFE_BITS = 17 }; /* 2^17 ticks of 2^20 ns: 137 s */

struct network {
	uint64_t hash; /* of its prefix; 0: unused */
	struct bucket bucket;
	uint32_t had, had_tick; /* 256ths of a probe, half of which are forgotten in 137 s; and when that was so */
};

size_t policy_bytes(uint32_t in_flight)
{
	return sizeof(struct network) * WAYS * probers_sets(in_flight);
}

void policy_init(struct policy *p, void *memory, uint32_t in_flight, const struct engine_settings *settings,
	struct probers *probers, const uint64_t key[2])
{
	*p = (struct policy){
		.settings = settings,
		.probers = probers,
		.networks = memory,
		.set_mask = probers_sets(in_flight) - 1,
		.key = { key[0], key[1] },
	};
}

/*
 * The longest prefix decides, of two alike that of the settings. That everybody
 * may ask does not include bogons (special-purpose addresses, RFC 6890).
 */
static bool is_allowed(const struct policy *p, const struct addr *prober)
{
	const struct engine_settings *s = p->settings;
	uint8_t denied = prefix_set_find(&p->denied, prober);

	for (unsigned i = 0; i < s->access_count; i++) { /* longest prefix first */
		const struct prefix *prefix = &s->access[i].prefix;

		if (prefix_contains(prefix, prober))
			return s->access[i].is_allowed && prefix->length >= denied &&
				(prefix->length || !addr_is_bogon(prober));
	}
	return !denied && !addr_is_bogon(prober);
}

bool policy_is_denied_by_default(const struct addr *prober, const struct engine_settings *s)
{
	for (unsigned i = 0; i < s->access_count; i++)
		if (s->access[i].prefix.length && prefix_contains(&s->access[i].prefix, prober))
			return false;
	return addr_is_bogon(prober);
}

static uint32_t tick_of(uint64_t now_ns)
{
	return (uint32_t)(now_ns >> TICK_BITS);
}

/* What a network had, the older the less: a straight line from one halving to the next. */
static uint32_t had_lately(const struct network *n, uint64_t now_ns)
{
	uint32_t age = tick_of(now_ns) - n->had_tick, halvings = age >> HALF_LIFE_BITS;
	uint32_t rest = age - (halvings << HALF_LIFE_BITS);
	uint64_t had = halvings < 32 ? n->had >> halvings : 0;

	return (uint32_t)(had - (had * rest >> (HALF_LIFE_BITS + 1)));
}

static void remember(struct network *n, uint64_t now_ns)
{
	uint32_t had = had_lately(n, now_ns);

	n->had = had < UINT32_MAX - ONE ? had + ONE : had;
	n->had_tick = tick_of(now_ns);
}

/* A new one counts as if it had had much; by its second probe it is known. */
static struct network *network_of(const struct policy *p, const struct addr *prober, uint64_t now_ns, uint32_t *had)
{
	struct prefix prefix = prefix_of_network(prober);
	uint64_t hash = prefix_hash_tag(p->key, &prefix, PREFIX_HASH_NETWORK);
	struct network *set = p->networks + WAYS * (hash >> 1 & p->set_mask), *idle = set;
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash) {
			*had = had_lately(&set[i], now_ns);
			return &set[i];
		}
	for (int i = 0; i < WAYS; i++) {
		*had = had_lately(&set[i], now_ns);
		if (*had < least) {
			least = *had;
			idle = &set[i];
		}
	}
	*idle = (struct network){ .hash = hash };
	*had = POLICY_NEW * ONE;
	return idle;
}

/* All of the total for a network that had nothing lately, down to half of it for one that had most. */
static uint64_t share_ns(uint32_t had)
{
	const uint64_t half_way = (uint64_t)POLICY_HALF_WAY * ONE;

	return SECOND_NS - (uint64_t)SECOND_NS / 2 * had / (had + half_way);
}

enum reason policy_check(struct policy *p, const struct addr *prober, uint64_t now_ns, struct prober **entry)
{
	const struct engine_settings *s = p->settings;
	uint64_t prober_ns = SECOND_NS / s->limit_per_prober, network_ns = SECOND_NS / s->limit_per_network;
	uint64_t total_ns = SECOND_NS / s->limit_total;
	struct network *network;
	struct bucket *bucket;
	uint32_t had;

	if (!addr_is_unicast_host(prober))
		return REASON_PROBER_ADDRESS;
	if (!is_allowed(p, prober))
		return REASON_DENIED;
	*entry = probers_find_or_add(p->probers, prober, &bucket);
	if (!bucket_has(bucket, prober_ns, SECOND_NS, now_ns))
		return REASON_LIMIT_PROBER;
	network = network_of(p, prober, now_ns, &had);
	if (!bucket_has(&network->bucket, network_ns, SECOND_NS, now_ns))
		return REASON_LIMIT_NETWORK;
	if (!bucket_has(&p->total, total_ns, share_ns(had), now_ns))
		return REASON_LIMIT_TOTAL;
	bucket_take(bucket, prober_ns, now_ns);
	bucket_take(&network->bucket, network_ns, now_ns);
	bucket_take(&p->total, total_ns, now_ns);
	remember(network, now_ns);
	probers_note(p->probers, *entry, now_ns);
	return REASON_OK;
}
