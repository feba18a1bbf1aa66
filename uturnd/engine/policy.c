/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/policy.h"

#include "common/siphash.h"
#include "packet/bytes.h"
#include "packet/special.h"

enum { WAYS = 4, SECOND_NS = 1000 * 1000 * 1000 };
enum { ONE = 256, TICK_BITS = 20, HALF_LIFE_BITS = 17 }; /* 2^17 ticks of 2^20 ns: 137 s */

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
	return (sizeof(struct prober) + sizeof(struct network)) * WAYS * sets_for(in_flight);
}

void policy_init(struct policy *p, void *memory, uint32_t in_flight, const struct config *config, const uint64_t key[2])
{
	*p = (struct policy){ .config = config, .probers = memory, .set_mask = sets_for(in_flight) - 1 };
	p->networks = (struct network *)(p->probers + (size_t)WAYS * sets_for(in_flight));
	p->key[0] = key[0];
	p->key[1] = key[1];
}

enum use { USE_TABLE, USE_SEQUENCE, USE_NETWORK }; /* of a hash; each is another secret */

static uint64_t hash_of(const uint64_t key[2], const struct prefix *network, enum use use)
{
	const uint64_t words[2] = {
		(uint64_t)use << 8 | network->addr.family, load_u64(network->addr.bytes), /* no prefix here is longer */
	};

	return siphash(key, words, 2);
}

static uint64_t tag_of(uint64_t hash)
{
	return hash | 1; /* never 0 */
}

static struct prober *set_of(const struct policy *p, uint64_t tag)
{
	return p->probers + WAYS * (tag >> 1 & p->set_mask);
}

struct prober *policy_find(struct policy *p, const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);
	uint64_t tag = tag_of(hash_of(p->key, &network, USE_TABLE));
	struct prober *set = set_of(p, tag);

	for (int i = 0; i < WAYS; i++)
		if (set[i].tag == tag)
			return &set[i];
	return NULL;
}

/* The tag's key is made of bits that say nothing about the set. */
static struct prober new_prober(const uint64_t secret[2], const struct prefix *network, uint64_t tag)
{
	uint32_t key = (uint32_t)(tag >> 44);

	return (struct prober){
		.tag = tag,
		.family = network->addr.family,
		.tag_key = key & 0xffff ? key : key | 1,
		.sequence_key = (uint32_t)hash_of(secret, network, USE_SEQUENCE),
	};
}

struct prober policy_prober(const uint64_t key[2], const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);

	return new_prober(key, &network, tag_of(hash_of(key, &network, USE_TABLE)));
}

static struct prober *find_or_make(struct policy *p, const struct addr *prober)
{
	struct prefix network = prefix_of_prober(prober);
	uint64_t tag = tag_of(hash_of(p->key, &network, USE_TABLE));
	struct prober *set = set_of(p, tag);
	struct prober *idle = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].tag == tag)
			return &set[i];
		if (set[i].bucket.full_ns < idle->bucket.full_ns)
			idle = &set[i];
	}
	*idle = new_prober(p->key, &network, tag);
	return idle;
}

uint32_t policy_tag(const struct prober *entry, struct shard shard, uint32_t tag)
{
	uint32_t mask = shard_mask(shard, entry->family), own = tag & mask;
	uint32_t key = entry->tag_key & mask ? entry->tag_key & mask : 1;

	return shard_tag(shard, entry->family, own == key ? key : own ^ key);
}

bool policy_is_ours(const struct config *c, const struct addr *a, const struct addr *target)
{
	return addr_equal(a, target) || addr_equal(a, &c->inflection4) || addr_equal(a, &c->inflection6);
}

/* That everybody may ask does not mean those who are nobody. */
static bool is_allowed(const struct config *c, const struct addr *prober)
{
	for (unsigned i = 0; i < c->access_count; i++) /* longest prefix first */
		if (prefix_contains(&c->access[i].prefix, prober))
			return c->access[i].is_allowed && (c->access[i].prefix.length || !addr_is_bogon(prober));
	return !addr_is_bogon(prober);
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
	uint64_t tag = tag_of(hash_of(p->key, &prefix, USE_NETWORK));
	struct network *set = p->networks + WAYS * (tag >> 1 & p->set_mask), *idle = set;
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < WAYS; i++) {
		*had = had_lately(&set[i], now_ns);
		if (set[i].tag == tag)
			return &set[i];
		if (*had < least) {
			least = *had;
			idle = &set[i];
		}
	}
	*idle = (struct network){ .tag = tag };
	*had = POLICY_NEW * ONE;
	return idle;
}

/* All of the total for who had nothing lately, down to half of it for who had most. */
static uint64_t share_ns(uint32_t had)
{
	const uint64_t half_way = (uint64_t)POLICY_HALF_WAY * ONE;

	return SECOND_NS - (uint64_t)SECOND_NS / 2 * had / (had + half_way);
}

enum reason policy_check(struct policy *p, const struct addr *prober, uint64_t now_ns, struct prober **entry)
{
	const struct config *c = p->config;
	uint64_t prober_ns = SECOND_NS / c->limit_per_prober, network_ns = SECOND_NS / c->limit_per_network;
	uint64_t total_ns = SECOND_NS / c->limit_total;
	struct network *network;
	uint32_t had;

	if (!addr_is_unicast_host(prober))
		return REASON_PROBER_ADDRESS;
	if (!is_allowed(c, prober))
		return REASON_DENIED;
	*entry = find_or_make(p, prober);
	if (!bucket_has(&(*entry)->bucket, prober_ns, SECOND_NS, now_ns))
		return REASON_LIMIT_PROBER;
	network = network_of(p, prober, now_ns, &had);
	if (!bucket_has(&network->bucket, network_ns, SECOND_NS, now_ns))
		return REASON_LIMIT_NETWORK;
	if (!bucket_has(&p->total, total_ns, share_ns(had), now_ns))
		return REASON_LIMIT_TOTAL;
	bucket_take(&(*entry)->bucket, prober_ns, now_ns);
	bucket_take(&network->bucket, network_ns, now_ns);
	bucket_take(&p->total, total_ns, now_ns);
	remember(network, now_ns);
	return REASON_OK;
}
