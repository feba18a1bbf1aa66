/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/policy.h"

#include <string.h>

#include "engine/siphash.h"

enum { WAYS = 4, SECOND_NS = 1000 * 1000 * 1000 };

/* One set of ways for every eight flights: a prober keeps some 16 in the air. */
static uint32_t sets_for(uint32_t in_flight)
{
	uint32_t sets = 64;

	while (sets < in_flight / 8)
		sets *= 2;
	return sets;
}

size_t policy_bytes(uint32_t in_flight)
{
	return sizeof(struct prober) * WAYS * sets_for(in_flight);
}

void policy_init(struct policy *p, void *memory, uint32_t in_flight, const struct config *config, const uint64_t key[2])
{
	*p = (struct policy){ .config = config, .probers = memory, .set_mask = sets_for(in_flight) - 1 };
	p->key[0] = key[0];
	p->key[1] = key[1];
}

enum use { USE_TABLE, USE_SEQUENCE }; /* of a hash; each is another secret */

static uint64_t hash_of(const uint64_t key[2], const struct addr *network, enum use use)
{
	uint64_t words[3] = { (uint64_t)use << 8 | network->family };

	memcpy(words + 1, network->bytes, 16);
	return siphash(key, words, 3);
}

static struct prober *set_of(const struct policy *p, uint64_t hash)
{
	return p->probers + WAYS * (hash & p->set_mask);
}

struct prober *policy_find(struct policy *p, const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);
	struct prober *set = set_of(p, hash_of(p->key, &network.addr, USE_TABLE));

	for (int i = 0; i < WAYS; i++)
		if (addr_equal(&set[i].network, &network.addr))
			return &set[i];
	return NULL;
}

/* The label's key is made of bits that say nothing about the set. */
static struct prober new_prober(const uint64_t secret[2], const struct addr *network, uint64_t hash)
{
	uint32_t key = (uint32_t)(hash >> 44);

	return (struct prober){
		.network = *network,
		.label_key = key & 0xffff ? key : key | 1,
		.sequence_key = (uint32_t)hash_of(secret, network, USE_SEQUENCE),
	};
}

struct prober policy_prober(const uint64_t key[2], const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);

	return new_prober(key, &network.addr, hash_of(key, &network.addr, USE_TABLE));
}

static struct prober *find_or_make(struct policy *p, const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);
	uint64_t hash = hash_of(p->key, &network.addr, USE_TABLE);
	struct prober *set = set_of(p, hash);
	struct prober *idle = set;

	for (int i = 0; i < WAYS; i++) {
		if (addr_equal(&set[i].network, &network.addr))
			return &set[i];
		if (set[i].bucket.full_ns < idle->bucket.full_ns)
			idle = &set[i];
	}
	*idle = new_prober(p->key, &network.addr, hash);
	return idle;
}

uint32_t policy_label(const struct prober *entry, uint32_t label)
{
	uint32_t key = entry->network.family == 4 ? entry->label_key & 0xffff : entry->label_key;

	return label == key ? key : label ^ key;
}

static bool is_allowed(const struct config *c, const struct addr *prober)
{
	for (unsigned i = 0; i < c->access_count; i++) /* longest prefix first */
		if (prefix_contains(&c->access[i].prefix, prober))
			return c->access[i].is_allowed;
	return true;
}

static bool has_credit(const struct bucket *b, uint32_t rate, uint64_t now_ns)
{
	return b->full_ns <= now_ns || b->full_ns - now_ns + SECOND_NS / rate <= SECOND_NS;
}

static void spend(struct bucket *b, uint32_t rate, uint64_t now_ns)
{
	b->full_ns = (b->full_ns > now_ns ? b->full_ns : now_ns) + SECOND_NS / rate;
}

enum reason policy_check(struct policy *p, const struct addr *prober, uint64_t now_ns, struct prober **entry)
{
	const struct config *c = p->config;

	if (!addr_is_unicast_host(prober))
		return REASON_PROBER_ADDRESS;
	if (!is_allowed(c, prober))
		return REASON_DENIED;
	*entry = find_or_make(p, prober);
	if (!has_credit(&(*entry)->bucket, c->limit_per_prober, now_ns))
		return REASON_LIMIT_PROBER;
	if (!has_credit(&p->total, c->limit_total, now_ns))
		return REASON_LIMIT_TOTAL;
	spend(&(*entry)->bucket, c->limit_per_prober, now_ns);
	spend(&p->total, c->limit_total, now_ns);
	return REASON_OK;
}
