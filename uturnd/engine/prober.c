/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/prober.h"

#include "engine/prefix_hash.h"

enum { NAT_MEMORY_S = 30 };

/* One set of ways for every eight flights: a prober keeps some 16 in the air. */
uint32_t probers_sets(uint32_t in_flight)
{
	uint32_t sets = 64;

	while (sets < in_flight / 8)
		sets *= 2;
	return sets;
}

size_t probers_bytes(uint32_t in_flight)
{
	return sizeof(struct prober_set) * probers_sets(in_flight);
}

void probers_init(struct probers *p, void *memory, uint32_t in_flight, const uint64_t key[2])
{
	*p = (struct probers){ .sets = memory, .set_mask = probers_sets(in_flight) - 1, .key = { key[0], key[1] } };
}

static struct prober_set *set_of(const struct probers *p, uint64_t hash)
{
	return p->sets + (hash >> 1 & p->set_mask);
}

/* PROBERS_WAYS: it is not there. */
static unsigned way_of(const struct prober_set *set, uint64_t hash)
{
	unsigned way = 0;

	while (way < PROBERS_WAYS && set->hash[way] != hash)
		way++;
	return way;
}

struct prober *probers_find(const struct probers *p, const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);
	uint64_t hash = prefix_hash_tag(p->key, &network, PREFIX_HASH_PROBER);
	struct prober_set *set = set_of(p, hash);
	unsigned way = way_of(set, hash);

	return way < PROBERS_WAYS ? &set->prober[way] : NULL;
}

/* The tag's key is made of bits that say nothing about the set. */
static struct prober new_prober(const struct prefix *network, uint64_t hash)
{
	uint32_t key = (uint32_t)(hash >> 44);

	return (struct prober){
		.family = network->addr.family,
		.tag_key = key & 0xffff ? key : key | 1,
	};
}

struct prober prober_make(const uint64_t key[2], const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);

	return new_prober(&network, prefix_hash_tag(key, &network, PREFIX_HASH_PROBER));
}

struct prober *probers_find_or_add(struct probers *p, const struct addr *prober, struct bucket **bucket)
{
	struct prefix network = prefix_of_prober(prober);
	uint64_t hash = prefix_hash_tag(p->key, &network, PREFIX_HASH_PROBER);
	struct prober_set *set = set_of(p, hash);
	unsigned way = way_of(set, hash);

	if (way == PROBERS_WAYS) {
		way = 0;
		for (unsigned i = 1; i < PROBERS_WAYS; i++)
			if (set->bucket[i].full_ns < set->bucket[way].full_ns)
				way = i;
		set->hash[way] = hash;
		set->bucket[way] = (struct bucket){ 0 };
		set->prober[way] = new_prober(&network, hash);
	}
	*bucket = &set->bucket[way];
	return &set->prober[way];
}

uint32_t prober_tag(const struct prober *prober, struct shard shard, uint32_t tag)
{
	uint32_t mask = shard_mask(shard, prober->family), own = tag & mask;
	uint32_t key = prober->tag_key & mask ? prober->tag_key & mask : 1;

	return shard_tag(shard, prober->family, own == key ? key : own ^ key);
}

uint32_t prober_sequence(const uint64_t key[2], const struct addr *prober, uint32_t sequence)
{
	struct prefix network = prefix_of_prober(prober);

	return sequence ^ (uint32_t)prefix_hash(key, &network, PREFIX_HASH_SEQUENCE);
}

void prober_learn_rtt(struct prober *prober, uint64_t rtt_ns)
{
	prober->last_rtt_us = (uint32_t)(rtt_ns / 1000);
}

void prober_learn_absorbs(struct prober *prober, uint8_t ttl, bool check_has_option)
{
	prober->checks = 0;
	prober->absorbs_from = ttl;
	prober->is_firewalled = check_has_option;
}

static uint32_t seconds(uint64_t ns)
{
	return (uint32_t)(ns / 1000000000);
}

void prober_learn_nat(struct prober *prober, uint8_t ttl, uint64_t now_ns)
{
	prober->nat_ttl = ttl;
	prober->nat_s = seconds(now_ns);
}

/* The first may still be answered within two seconds: a client may send them all at once. */
static bool answers_none(const struct prober *prober, uint64_t now_ns)
{
	return prober->checks >= PROBER_CHECKS && seconds(now_ns) - prober->unanswered_s >= 2;
}

/* The second of which the lower bits are 0, which say that a prober was never seen, counts as the next one. */
static uint32_t seen_second(uint64_t now_ns)
{
	uint32_t now = seconds(now_ns);

	return (uint16_t)now ? now : now + 1;
}

/* A prober is counted in the second of its last probe alone, so that the seconds can be added up. */
void probers_note(struct probers *p, struct prober *prober, uint64_t now_ns)
{
	uint32_t now = seen_second(now_ns), before = now - (uint16_t)(now - prober->seen_s);
	struct probers_second *then = &p->seen[before % PROBERS_SECONDS], *second = &p->seen[now % PROBERS_SECONDS];

	if (prober->seen_s && then->second == before && then->count)
		then->count--;
	if (second->second != now)
		*second = (struct probers_second){ .second = now };
	second->count++;
	prober->seen_s = (uint16_t)now;
}

bool prober_was_seen(const struct prober *prober, unsigned within_s, uint64_t now_ns)
{
	return prober->seen_s && (uint16_t)(seen_second(now_ns) - prober->seen_s) <= within_s;
}

uint64_t probers_of_minute(const struct probers *p, uint64_t now_ns)
{
	uint32_t now = seen_second(now_ns);
	uint64_t sum = 0;

	for (unsigned i = 0; i < PROBERS_SECONDS; i++)
		if (now - p->seen[i].second < 60)
			sum += p->seen[i].count;
	return sum;
}

bool prober_may_check(const struct prober *prober, uint64_t now_ns)
{
	return !answers_none(prober, now_ns) || seconds(now_ns) - prober->checked_s >= PROBER_PAUSE_S;
}

void prober_count_check(struct prober *prober, uint64_t now_ns)
{
	if (!prober->checks)
		prober->unanswered_s = seconds(now_ns);
	if (answers_none(prober, now_ns))
		prober->checks = PROBER_CHECKS - PROBER_CHECKS_AGAIN;
	prober->checks += prober->checks < UINT8_MAX;
	prober->checked_s = seconds(now_ns);
}

void prober_forget_check(struct prober *prober)
{
	prober->checks -= prober->checks > 0;
}

static bool has_router(const struct prober *prober, uint64_t now_ns)
{
	return prober->router_ttl && seconds(now_ns) - prober->router_s < NAT_MEMORY_S;
}

void prober_learn_router(struct prober *prober, uint8_t ttl, uint64_t now_ns)
{
	if (has_router(prober, now_ns) && ttl < prober->router_ttl)
		return;
	prober->router_ttl = ttl;
	prober->router_s = seconds(now_ns);
}

bool prober_is_behind_nat(const struct prober *prober, uint8_t ttl, uint64_t now_ns)
{
	if (has_router(prober, now_ns) && prober->router_ttl > prober->nat_ttl)
		return false;
	return prober->nat_ttl && ttl > prober->nat_ttl && seconds(now_ns) - prober->nat_s < NAT_MEMORY_S;
}
