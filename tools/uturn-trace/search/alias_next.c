/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address is asked next. */
#include "alias.h"

#include <stddef.h>

static const uint64_t ms_ns = 1000000;

enum {
	ROUNDS = 3,
	ROUND = 10, /* probes, to the addresses in turn */
	CYCLES = 4, /* of a round, at least: so often each is asked */
	EARLY = 3, /* cycles of the first, after which most pairs of two counters are out of order */
	ASKS = 2, /* of an address that does not answer */
	ASK_MS = 10, /* between two addresses that are asked for the first time */
	ROUND_MS = 50, /* between two probes of a round */
	PAUSE_MS = 400, /* between two rounds: counters of two routers drift apart */
	NEAR_RATE = 2500,
	NEAR = 64, /* ids of one counter are that near by the time between them */
};

static bool is_settled(const struct alias_address *s)
{
	return s->is_answered || s->asked == ASKS;
}

/* Its ids say something: it answers with its own address, or what it answers with is known to be its own. */
static bool has_ids(const struct alias *a, unsigned index)
{
	const struct alias_address *s = &a->addresses[index];

	return a->has_ids && s->is_answered && !s->is_strange && s->sample_count && alias_counts(s) != ALIAS_NO_COUNTER;
}

static const struct alias_sample *last_of(const struct alias *a, unsigned index)
{
	return &a->addresses[index].samples[a->addresses[index].sample_count - 1];
}

/* Between the last ids of both, in either direction. */
static uint16_t gap_of(const struct alias *a, const struct alias_pair *p)
{
	const uint16_t up = (uint16_t)(last_of(a, p->a)->id - last_of(a, p->b)->id), down = (uint16_t)-up;

	return up < down ? up : down;
}

/* With as few samples as there are at first: could one counter have drawn both? */
static bool is_near(const struct alias *a, const struct alias_pair *p)
{
	const struct alias_sample *one = last_of(a, p->a), *other = last_of(a, p->b);
	const uint64_t first_ns = one->sent_ns < other->sent_ns ? one->sent_ns : other->sent_ns;
	const uint64_t last_ns = one->at_ns > other->at_ns ? one->at_ns : other->at_ns;

	return gap_of(a, p) <= NEAR + NEAR_RATE * (last_ns - first_ns) / (1000 * ms_ns);
}

/* The next address that was not asked yet, in vain once, or whose source is to be confirmed; -1: none. */
static int next_address(const struct alias *a, bool *is_waiting)
{
	*is_waiting = false;
	for (unsigned i = 0; i < a->address_count; i++) {
		const struct alias_address *s = &a->addresses[i];

		if (s->is_confirm_due || s->asked == 0)
			return (int)i;
	}
	for (unsigned i = 0; i < a->address_count; i++)
		*is_waiting |= !is_settled(&a->addresses[i]);
	return -1;
}

/* Are both known to be of one counter with a third? */
static bool is_in_group(const struct alias *a, const struct alias_pair *p)
{
	for (unsigned i = 0; i < a->pair_count; i++) {
		const struct alias_pair *q = &a->pairs[i];
		unsigned third;

		if (q->verdict != ALIAS_SAME || (q->a != p->a && q->b != p->a))
			continue;
		third = q->a == p->a ? q->b : q->a;
		for (unsigned j = 0; j < a->pair_count; j++)
			if (a->pairs[j].verdict == ALIAS_SAME &&
				((a->pairs[j].a == third && a->pairs[j].b == p->b) ||
					(a->pairs[j].b == third && a->pairs[j].a == p->b)))
				return true;
	}
	return false;
}

/* Is it to be found out whether their ids are of one counter? */
static bool is_open(const struct alias *a, const struct alias_pair *p)
{
	return p->verdict == ALIAS_OPEN && !p->is_apart && !p->was_asked && has_ids(a, p->a) && has_ids(a, p->b) &&
		is_near(a, p) && !is_in_group(a, p);
}

/* Those that something else speaks for go first, then those whose ids are nearest. */
static bool is_before(const struct alias *a, const struct alias_pair *p, const struct alias_pair *q)
{
	const bool has_more = p->is_claimed || alias_is_source_shared(&a->addresses[p->a], &a->addresses[p->b]);
	const bool has_less = q->is_claimed || alias_is_source_shared(&a->addresses[q->a], &a->addresses[q->b]);

	return has_more != has_less ? has_more : gap_of(a, p) < gap_of(a, q);
}

static bool is_in_set(const struct alias *a, unsigned index)
{
	for (unsigned i = 0; i < a->set_count; i++)
		if (a->set[i] == index)
			return true;
	return false;
}

/* The best open pair, or where a set is begun the best that adds one address to it; NULL: none. */
static const struct alias_pair *next_pair(const struct alias *a)
{
	const struct alias_pair *best = NULL;

	for (unsigned i = 0; i < a->pair_count; i++) {
		const struct alias_pair *p = &a->pairs[i];

		if (is_open(a, p) && (!a->set_count || is_in_set(a, p->a) != is_in_set(a, p->b)) &&
			(!best || is_before(a, p, best)))
			best = p;
	}
	return best;
}

/* Addresses that may share one counter are asked together: a few probes more, not as many again for each pair. */
static bool begin_set(struct alias *a)
{
	const struct alias_pair *p;

	a->set_count = a->round = a->step = 0;
	while ((p = next_pair(a)) && (a->set_count + 1) * ROUNDS * CYCLES <= ALIAS_PROBES - a->probe_count &&
		a->set_count < ALIAS_SET) {
		if (!is_in_set(a, p->a))
			a->set[a->set_count++] = p->a;
		if (!is_in_set(a, p->b) && a->set_count < ALIAS_SET)
			a->set[a->set_count++] = p->b;
	}
	return a->set_count > 1;
}

static enum alias_step send(struct alias *a, unsigned index, uint64_t now_ns, uint64_t gap_ns, struct alias_probe *p)
{
	struct alias_address *s = &a->addresses[index];

	*p = (struct alias_probe){ .reference = a->probe_count,
		.address = (uint16_t)index,
		.ttl = s->distance ? s->distance : ALIAS_TTL };
	a->sent[a->probe_count++] = (struct alias_sent){ .address = (uint16_t)index,
		.ttl = p->ttl,
		.is_confirm = s->distance != 0,
		.sent_ns = now_ns };
	s->is_confirm_due = false;
	if (!s->is_answered && s->asked < ASKS)
		s->asked++;
	a->free_ns = now_ns + gap_ns;
	return ALIAS_SEND;
}

/* Is anything out that may still be answered? *until_ns: when not any more. */
static bool is_out(const struct alias *a, uint64_t now_ns, uint64_t *until_ns)
{
	bool is_any = false;

	for (unsigned i = a->probe_count; i-- > 0;) {
		const uint64_t end_ns = a->sent[i].sent_ns + a->timeout_ns;

		if (end_ns <= now_ns)
			break; /* sent in order */
		if (a->sent[i].is_answered)
			continue;
		is_any = true;
		*until_ns = end_ns;
	}
	return is_any;
}

static bool is_pair_in_set(const struct alias *a, const struct alias_pair *p)
{
	return is_in_set(a, p->a) && is_in_set(a, p->b);
}

static void judge(struct alias *a, bool is_whole)
{
	for (unsigned i = 0; i < a->pair_count; i++) {
		struct alias_pair *p = &a->pairs[i];

		if (p->verdict != ALIAS_OPEN || !is_pair_in_set(a, p))
			continue;
		p->verdict = (uint8_t)alias_compare(&a->addresses[p->a], &a->addresses[p->b], is_whole);
		p->was_asked = true;
	}
}

/* An address of which no pair is open any more is asked no more. */
static void shrink_set(struct alias *a)
{
	unsigned count = 0;
	bool is_wanted[ALIAS_SET] = { false };

	for (unsigned i = 0; i < a->pair_count; i++) {
		const struct alias_pair *p = &a->pairs[i];

		for (unsigned j = 0; j < a->set_count; j++)
			is_wanted[j] |= p->verdict == ALIAS_OPEN && !p->is_apart && is_pair_in_set(a, p) &&
				(p->a == a->set[j] || p->b == a->set[j]);
	}
	for (unsigned j = 0; j < a->set_count; j++)
		if (is_wanted[j])
			a->set[count++] = a->set[j];
	a->set_count = count;
}

static unsigned round_size(const struct alias *a)
{
	return a->set_count * CYCLES < ROUND ? ROUND : a->set_count * CYCLES;
}

/* The probes of a round; ALIAS_DONE: the set is over. */
static enum alias_step go_round(struct alias *a, uint64_t now_ns, struct alias_probe *p, uint64_t *until_ns)
{
	if (a->round == 0 && a->step == EARLY * a->set_count) {
		judge(a, false);
		shrink_set(a);
		a->step = EARLY * a->set_count + (a->set_count != 0);
	}
	if (a->set_count && a->step < round_size(a) + (a->round == 0) && a->probe_count < ALIAS_PROBES)
		return send(a, a->set[a->step++ % a->set_count], now_ns, ROUND_MS * ms_ns, p);
	if (a->set_count && is_out(a, now_ns, until_ns))
		return ALIAS_WAIT;
	judge(a, ++a->round == ROUNDS);
	shrink_set(a);
	a->step = 0;
	if (!a->set_count || a->round == ROUNDS || a->probe_count == ALIAS_PROBES) {
		a->set_count = 0;
		return ALIAS_DONE;
	}
	a->free_ns = now_ns + PAUSE_MS * ms_ns;
	*until_ns = a->free_ns;
	return ALIAS_WAIT;
}

enum alias_step alias_next(struct alias *a, uint64_t now_ns, struct alias_probe *p, uint64_t *until_ns)
{
	bool is_waiting = false;
	int next;

	*until_ns = a->free_ns;
	if (a->free_ns > now_ns)
		return ALIAS_WAIT;
	if (a->set_count) {
		const enum alias_step step = go_round(a, now_ns, p, until_ns);

		if (step != ALIAS_DONE)
			return step;
	}
	next = a->probe_count < ALIAS_PROBES ? next_address(a, &is_waiting) : -1;
	if (next >= 0)
		return send(a, (unsigned)next, now_ns, ASK_MS * ms_ns, p);
	if (is_out(a, now_ns, until_ns))
		return ALIAS_WAIT;
	for (unsigned i = 0; is_waiting && i < a->address_count && a->probe_count < ALIAS_PROBES; i++)
		if (!is_settled(&a->addresses[i]))
			return send(a, i, now_ns, ASK_MS * ms_ns, p);
	return begin_set(a) ? go_round(a, now_ns, p, until_ns) : ALIAS_DONE;
}

void alias_on_refusal(struct alias *a, uint32_t reference)
{
	struct alias_address *s = &a->addresses[a->sent[reference].address];

	if (reference + 1 != a->probe_count)
		return;
	a->probe_count--;
	s->is_confirm_due = a->sent[reference].is_confirm && !a->set_count;
	if (a->set_count && a->step)
		a->step--;
	else if (!s->is_answered && s->asked)
		s->asked--;
}
