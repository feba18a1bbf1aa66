/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "quota.h"

#include <stddef.h>
#include <string.h>

#include "engine/siphash.h"

static const uint64_t minute_ns = 60 * UINT64_C(1000000000);

static struct quota_entry *set_of(struct quota *l, const struct addr *network)
{
	uint64_t words[3] = { network->family };

	memcpy(words + 1, network->bytes, sizeof(network->bytes));
	return l->entries[siphash(l->key, words, 3) % QUOTA_SETS];
}

static struct quota_entry *find(struct quota *l, const struct addr *visitor)
{
	struct prefix network = prefix_of_prober(visitor);
	struct quota_entry *set = set_of(l, &network.addr);

	for (int i = 0; i < QUOTA_WAYS; i++)
		if (addr_equal(&set[i].network, &network.addr))
			return &set[i];
	return NULL;
}

/* The visitor's entry, a new one if need be; NULL where all of its set are busy. */
static struct quota_entry *take_entry(struct quota *l, const struct addr *visitor, uint64_t now_ns)
{
	struct prefix network = prefix_of_prober(visitor);
	struct quota_entry *set = set_of(l, &network.addr), *idle = NULL;

	for (struct quota_entry *e = set; e < set + QUOTA_WAYS; e++) {
		if (addr_equal(&e->network, &network.addr))
			return e;
		if (!e->network.family || (!e->connections && e->full_ns <= now_ns))
			idle = e;
	}
	if (idle)
		*idle = (struct quota_entry){ .network = network.addr };
	return idle;
}

bool quota_connect(struct quota *l, const struct addr *visitor, uint64_t now_ns)
{
	struct quota_entry *e;

	if (l->connections >= l->allowance.connections)
		return false;
	e = take_entry(l, visitor, now_ns);
	if (!e || e->connections >= l->allowance.connections_per_prefix)
		return false;
	e->connections++;
	l->connections++;
	return true;
}

void quota_disconnect(struct quota *l, const struct addr *visitor)
{
	struct quota_entry *e = find(l, visitor);

	l->connections--;
	if (e && e->connections)
		e->connections--;
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
	struct quota_entry *e = take_entry(l, visitor, now_ns);

	if (!e || is_full(e->full_ns, l->allowance.traces_per_prefix, now_ns) ||
		is_full(l->full_ns, l->allowance.traces, now_ns))
		return false;
	spend(&e->full_ns, l->allowance.traces_per_prefix, now_ns);
	spend(&l->full_ns, l->allowance.traces, now_ns);
	return true;
}
