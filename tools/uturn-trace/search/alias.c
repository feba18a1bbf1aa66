/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alias.h"

#include <stddef.h>

enum { DISTANCES = 1 /* hops that the addresses of one router may differ by */ };

void alias_init(struct alias *a, bool has_ids, uint64_t timeout_ns)
{
	a->has_ids = has_ids;
	a->timeout_ns = timeout_ns;
	a->address_count = a->pair_count = a->probe_count = 0;
	a->set_count = a->round = a->step = 0;
	a->free_ns = 0;
}

static int find_address(const struct alias *a, const struct addr *addr)
{
	for (unsigned i = 0; i < a->address_count; i++)
		if (addr_equal(&a->addresses[i].addr, addr))
			return (int)i;
	return -1;
}

int alias_add(struct alias *a, const struct addr *addr)
{
	const int known = find_address(a, addr);

	if (known >= 0 || a->address_count == ALIAS_ADDRESSES)
		return known;
	a->addresses[a->address_count] = (struct alias_address){ .addr = *addr };
	return (int)a->address_count++;
}

static struct alias_pair *find_pair(struct alias *a, unsigned one, unsigned other)
{
	for (unsigned i = 0; i < a->pair_count; i++)
		if ((a->pairs[i].a == one && a->pairs[i].b == other) ||
			(a->pairs[i].a == other && a->pairs[i].b == one))
			return &a->pairs[i];
	return NULL;
}

void alias_pair(struct alias *a, unsigned one, unsigned other, bool is_apart)
{
	struct alias_pair *pair = find_pair(a, one, other);

	if (one == other)
		return;
	if (!pair) {
		if (a->pair_count == ALIAS_PAIRS)
			return;
		pair = &a->pairs[a->pair_count++];
		*pair = (struct alias_pair){ .a = (uint16_t)one, .b = (uint16_t)other };
	}
	pair->is_apart |= is_apart;
}

void alias_claim(struct alias *a, unsigned one, const struct addr *other)
{
	const int index = find_address(a, other);
	struct alias_pair *pair = index >= 0 ? find_pair(a, one, (unsigned)index) : NULL;

	if (pair)
		pair->is_claimed = true;
}

/* --- answers --- */

static void take_sample(struct alias_address *s, const struct alias_sent *sent, uint64_t at_ns, uint16_t id)
{
	unsigned at = s->sample_count;

	if (!id || at == ALIAS_SAMPLES)
		return;
	/* in the order of sending, whatever comes first */
	while (at && s->samples[at - 1].sent_ns > sent->sent_ns) {
		s->samples[at] = s->samples[at - 1];
		at--;
	}
	s->samples[at] = (struct alias_sample){ sent->sent_ns, at_ns, id };
	s->sample_count++;
}

void alias_on_answer(struct alias *a, uint64_t at_ns, uint32_t reference, const struct alias_answer *answer)
{
	struct alias_sent *sent = reference < a->probe_count ? &a->sent[reference] : NULL;
	struct alias_address *s = sent ? &a->addresses[sent->address] : NULL;

	if (!sent || sent->is_answered)
		return;
	sent->is_answered = true;
	if (!answer->is_closed_port) {
		s->is_strange = s->is_answered = true;
		return;
	}
	if (s->source.family && !addr_equal(&s->source, &answer->from)) {
		s->is_strange = true; /* it is not always the same router that answers */
		return;
	}
	s->source = answer->from;
	if (!s->is_answered) {
		s->is_answered = true;
		s->distance = answer->distance < ALIAS_TTL ? answer->distance : 0;
		s->is_confirm_due = s->distance && !addr_equal(&s->source, &s->addr);
	}
	s->is_confirmed |= sent->is_confirm;
	if (addr_equal(&s->source, &s->addr) || s->is_confirmed)
		take_sample(s, sent, at_ns, answer->id);
}

/* --- what is known --- */

bool alias_is_source_shared(const struct alias_address *one, const struct alias_address *other)
{
	return one->source.family && other->source.family && !one->is_strange && !other->is_strange &&
		addr_equal(&one->source, &other->source) &&
		(one->is_confirmed || addr_equal(&one->source, &one->addr)) &&
		(other->is_confirmed || addr_equal(&other->source, &other->addr));
}

/* Nothing speaks for it that does not also hold of what is told here. */
static bool is_apart(const struct alias *a, const struct alias_pair *p)
{
	const struct alias_address *one = &a->addresses[p->a], *other = &a->addresses[p->b];
	const int hops = (int)one->distance - other->distance;

	return p->is_apart || p->verdict == ALIAS_DIFFERENT ||
		(one->distance && other->distance && (hops > DISTANCES || hops < -DISTANCES));
}

static bool is_same(const struct alias *a, const struct alias_pair *p)
{
	return p->verdict == ALIAS_SAME || p->is_claimed ||
		alias_is_source_shared(&a->addresses[p->a], &a->addresses[p->b]);
}

static void join(struct alias *a, unsigned one, unsigned other)
{
	const uint16_t least = (uint16_t)(one < other ? one : other), most = (uint16_t)(one < other ? other : one);

	for (unsigned i = 0; i < a->address_count; i++)
		if (a->addresses[i].group == most)
			a->addresses[i].group = least;
}

/* Each of a group in which two are known to be apart is alone again: which of the evidence was wrong is not known. */
static void part(struct alias *a, unsigned group)
{
	for (unsigned i = 0; i < a->address_count; i++)
		if (a->addresses[i].group == group)
			a->addresses[i].group = (uint16_t)i;
}

void alias_resolve(struct alias *a)
{
	for (unsigned i = 0; i < a->address_count; i++)
		a->addresses[i].group = (uint16_t)i;
	for (unsigned i = 0; i < a->pair_count; i++) {
		const struct alias_pair *p = &a->pairs[i];

		if (is_same(a, p) && !is_apart(a, p))
			join(a, a->addresses[p->a].group, a->addresses[p->b].group);
	}
	for (unsigned i = 0; i < a->pair_count; i++) {
		const struct alias_pair *p = &a->pairs[i];

		if (is_apart(a, p) && a->addresses[p->a].group == a->addresses[p->b].group)
			part(a, a->addresses[p->a].group);
	}
}
