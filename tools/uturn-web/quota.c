/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "quota.h"

#include <stddef.h>
#include <string.h>

#include "common/siphash.h"

static const uint64_t minute_ns = 60 * UINT64_C(1000000000);

/* The entries that a visitor counts in: its own, and its network's. NULL where there is none. */
struct shares {
	struct quota_entry *own, *network;
};

static struct quota_entry *set_of(const struct quota *l, struct quota_entry table[][QUOTA_WAYS],
	const struct addr *prefix)
{
	uint64_t words[3] = { prefix->family };

	memcpy(words + 1, prefix->bytes, sizeof(prefix->bytes));
	return table[siphash(l->key, words, 3) % QUOTA_SETS];
}

static struct quota_entry *find(struct quota_entry *set, const struct addr *prefix)
{
	for (struct quota_entry *e = set; e < set + QUOTA_WAYS; e++)
		if (addr_equal(&e->prefix, prefix))
			return e;
	return NULL;
}

/* Its entry, a new one if need be; NULL where all of its set are busy. */
static struct quota_entry *take(struct quota_entry *set, const struct addr *prefix, uint64_t now_ns)
{
	struct quota_entry *found = find(set, prefix);

	for (struct quota_entry *e = set; !found && e < set + QUOTA_WAYS; e++)
		if (!e->prefix.family || (!e->connections && e->full_ns <= now_ns))
			*(found = e) = (struct quota_entry){ .prefix = *prefix };
	return found;
}

static struct shares find_both(struct quota *l, const struct addr *visitor)
{
	struct addr own = prefix_of_prober(visitor).addr, network = prefix_of_network(visitor).addr;

	return (struct shares){ find(set_of(l, l->own, &own), &own), find(set_of(l, l->networks, &network), &network) };
}

static struct shares take_both(struct quota *l, const struct addr *visitor, uint64_t now_ns)
{
	struct addr own = prefix_of_prober(visitor).addr, network = prefix_of_network(visitor).addr;

	return (struct shares){ take(set_of(l, l->own, &own), &own, now_ns),
		take(set_of(l, l->networks, &network), &network, now_ns) };
}

/* What a network may have: a quarter of all, and never less than one visitor of it. */
static uint32_t of_network(uint32_t one, uint32_t all)
{
	return all / 4 > one ? all / 4 : one;
}

bool quota_connect(struct quota *l, const struct addr *visitor, uint64_t now_ns)
{
	const struct allowance *a = &l->allowance;
	struct shares s;

	if (l->connections >= a->connections)
		return false;
	s = take_both(l, visitor, now_ns);
	if (!s.own || s.own->connections >= a->connections_per_prefix)
		return false;
	if (!s.network || s.network->connections >= of_network(a->connections_per_prefix, a->connections))
		return false;
	s.own->connections++;
	s.network->connections++;
	l->connections++;
	return true;
}

void quota_disconnect(struct quota *l, const struct addr *visitor)
{
	struct shares s = find_both(l, visitor);

	l->connections--;
	if (s.own && s.own->connections)
		s.own->connections--;
	if (s.network && s.network->connections)
		s.network->connections--;
}

static bool is_full(uint64_t full_ns, uint32_t a_minute, uint64_t now_ns)
{
	return full_ns > now_ns && full_ns - now_ns > minute_ns - minute_ns / a_minute;
}

static void spend(uint64_t *full_ns, uint32_t a_minute, uint64_t now_ns)
{
	*full_ns = (*full_ns > now_ns ? *full_ns : now_ns) + minute_ns / a_minute;
}

bool quota_trace(struct quota *l, const struct addr *visitor, uint64_t now_ns)
{
	const struct allowance *a = &l->allowance;
	uint32_t a_network = of_network(a->traces_per_prefix, a->traces);
	struct shares s = take_both(l, visitor, now_ns);

	if (!s.own || is_full(s.own->full_ns, a->traces_per_prefix, now_ns))
		return false;
	if (!s.network || is_full(s.network->full_ns, a_network, now_ns) || is_full(l->full_ns, a->traces, now_ns))
		return false;
	spend(&s.own->full_ns, a->traces_per_prefix, now_ns);
	spend(&s.network->full_ns, a_network, now_ns);
	spend(&l->full_ns, a->traces, now_ns);
	return true;
}
