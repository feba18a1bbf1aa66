/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/policy.h"

#include "engine/fair_share.h"
#include "engine/prefix_hash.h"
#include "packet/special.h"

enum { SECOND_NS = 1000 * 1000 * 1000 };

struct network {
	struct fair_share share; /* of the total; first, for fair_share_place() */
	struct bucket bucket;
};

size_t policy_bytes(uint32_t in_flight)
{
	return sizeof(struct network) * FAIR_SHARE_WAYS * probers_sets(in_flight);
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

/* A new one counts as if it had had much; by its second probe it is known. */
static struct network *network_of(const struct policy *p, const struct addr *prober, uint64_t now_ns, uint32_t *had)
{
	struct prefix prefix = prefix_of_network(prober);
	uint64_t hash = prefix_hash_tag(p->key, &prefix, PREFIX_HASH_NETWORK);
	struct network *set = p->networks + FAIR_SHARE_WAYS * (hash >> 1 & p->set_mask);
	struct network *network = fair_share_place(set, sizeof(*set), hash, now_ns, had);

	if (network->share.hash != hash)
		*network = (struct network){ .share.hash = hash };
	return network;
}

void policy_drain(struct policy *p, uint64_t until_ns)
{
	p->drain_until_ns = until_ns;
}

bool policy_is_draining(const struct policy *p, uint64_t now_ns)
{
	return now_ns < p->drain_until_ns;
}

/* A new prober gets no entry, and so stays new. */
static bool is_new(const struct policy *p, const struct addr *prober, uint64_t now_ns)
{
	const struct prober *known = probers_find(p->probers, prober);

	return !known || !prober_was_seen(known, POLICY_DRAIN_KNOWN_S, now_ns);
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
	if (policy_is_draining(p, now_ns) && is_new(p, prober, now_ns))
		return REASON_DRAINING;
	*entry = probers_find_or_add(p->probers, prober, &bucket);
	if (!bucket_has(bucket, prober_ns, SECOND_NS, now_ns))
		return REASON_LIMIT_PROBER;
	network = network_of(p, prober, now_ns, &had);
	if (!bucket_has(&network->bucket, network_ns, SECOND_NS, now_ns))
		return REASON_LIMIT_NETWORK;
	if (!bucket_has(&p->total, total_ns, fair_share_ns(SECOND_NS, had), now_ns))
		return REASON_LIMIT_TOTAL;
	bucket_take(bucket, prober_ns, now_ns);
	bucket_take(&network->bucket, network_ns, now_ns);
	bucket_take(&p->total, total_ns, now_ns);
	fair_share_remember(&network->share, now_ns);
	probers_note(p->probers, *entry, now_ns);
	return REASON_OK;
}
