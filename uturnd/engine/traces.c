/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/traces.h"

#include <string.h>

#include "common/siphash.h"

static const uint64_t silence_ns = 10 * UINT64_C(1000000000), arrived_ns = 3 * UINT64_C(1000000000);

/* What an event says about the trace that it belongs to. */
enum role {
	ROLE_NONE,
	ROLE_PROBE, /* begins a trace where there is none */
	ROLE_REFUSED, /* a probe of one that goes on */
	ROLE_LIMITED, /* the same, refused for a limit */
	ROLE_ANSWER,
	ROLE_END, /* there will be no more */
};

static const uint8_t roles[REASON_COUNT] = {
	[REASON_INFLECTION] = ROLE_PROBE,
	[REASON_SILENT] = ROLE_PROBE,
	[REASON_TURNED] = ROLE_PROBE,
	[REASON_REQUEST_PROBED] = ROLE_PROBE,
	[REASON_PROBED] = ROLE_PROBE,
	[REASON_PACED] = ROLE_REFUSED,
	[REASON_TOO_LARGE] = ROLE_REFUSED,
	[REASON_REQUEST_BUSY] = ROLE_REFUSED,
	[REASON_LIMIT_PROBER] = ROLE_LIMITED,
	[REASON_LIMIT_NETWORK] = ROLE_LIMITED,
	[REASON_LIMIT_TOTAL] = ROLE_LIMITED,
	[REASON_RELAYED] = ROLE_ANSWER,
	[REASON_ARRIVED] = ROLE_ANSWER,
	[REASON_ASSUMED] = ROLE_ANSWER,
	[REASON_ANSWERED] = ROLE_ANSWER,
	[REASON_HOP] = ROLE_ANSWER,
	[REASON_REACHED] = ROLE_ANSWER,
	[REASON_TRACED] = ROLE_END,
};

void traces_init(struct traces *t, const uint64_t key[2], struct shard shard)
{
	t->key[0] = key[0];
	t->key[1] = key[1];
	t->shard = shard;
	t->next_ns = UINT64_MAX;
}

/* --- whole traces for another process ----------------------------------------------------------------------------- */

static void write_begin(struct trace_slot *slot)
{
	__atomic_store_n(&slot->version, slot->version + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static void write_end(struct trace_slot *slot)
{
	__atomic_store_n(&slot->version, slot->version + 1, __ATOMIC_RELEASE);
}

static bool read_whole(const struct trace_slot *slot, struct trace *copy)
{
	uint32_t before = __atomic_load_n(&slot->version, __ATOMIC_ACQUIRE);

	memcpy(copy, &slot->trace, sizeof(*copy));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return !(before & 1) && __atomic_load_n(&slot->version, __ATOMIC_RELAXED) == before;
}

/* The other process may be broken: what is used as an index has to be one. */
static bool is_sane(const struct trace *trace)
{
	bool is_sane = trace->front < FRONT_ENDS && trace->end < TRACE_ENDS && trace->end_hop <= TRACE_HOPS &&
		trace->router_count <= TRACE_ROUTERS && trace->slowest < TRACE_ROUTERS;

	for (unsigned hop = 1; hop <= TRACE_HOPS; hop++)
		for (unsigned i = 0; i < trace_kept(trace, hop); i++)
			is_sane &= trace->routers_of[hop - 1][i] < TRACE_ROUTERS;
	return is_sane;
}

bool traces_read_open(const struct traces *t, unsigned place, struct trace *copy)
{
	for (int tries = 0; tries < 3; tries++)
		if (read_whole(&t->open[place], copy))
			return copy->id && is_sane(copy);
	return false;
}

bool traces_read_ended(const struct traces *t, uint64_t number, struct trace *copy)
{
	const struct trace_slot *slot = &t->kept[(number - 1) % TRACES_ENDED];
	uint32_t version = (uint32_t)((number - 1) / TRACES_ENDED + 1) * 2; /* of the slot when it has this one */

	return number && read_whole(slot, copy) && slot->version == version && is_sane(copy);
}

/* --- the table of those that go on -------------------------------------------------------------------------------- */

static uint64_t hash_of(const struct traces *t, const struct event *e)
{
	uint64_t kind = (uint64_t)e->front << 16 | (uint64_t)e->protocol << 8 | e->prober.family;
	uint64_t words[5] = { kind, load_u64(e->prober.bytes), load_u64(e->target.bytes) };

	if (e->front == FRONT_INBAND)
		words[0] |= (uint64_t)e->prober_port << 48 | (uint64_t)e->target_port << 32;
	if (e->prober.family == 4)
		return siphash(t->key, words, 3) | 1;
	words[3] = load_u64(e->prober.bytes + 8);
	words[4] = load_u64(e->target.bytes + 8);
	return siphash(t->key, words, 5) | 1;
}

static unsigned set_of(uint64_t hash)
{
	return (unsigned)(hash >> 1) % (TRACES_OPEN / TRACES_WAYS) * TRACES_WAYS;
}

/* The place of this trace, or NULL. */
static struct trace_place *find(struct traces *t, uint64_t hash)
{
	struct trace_place *set = t->places + set_of(hash);

	for (int i = 0; i < TRACES_WAYS; i++)
		if (set[i].hash == hash)
			return &set[i];
	return NULL;
}

static bool goes_first(const struct trace *a, const struct trace *b)
{
	if ((a->probes == 1) != (b->probes == 1))
		return a->probes == 1;
	return a->probed_ns < b->probed_ns;
}

static struct trace_place *choose(struct traces *t, uint64_t hash)
{
	unsigned first = set_of(hash), chosen = first;

	for (unsigned i = first; i < first + TRACES_WAYS; i++) {
		if (!t->places[i].hash)
			return &t->places[i];
		if (goes_first(&t->open[i].trace, &t->open[chosen].trace))
			chosen = i;
	}
	t->evicted++;
	t->count--;
	return &t->places[chosen];
}

static struct trace_slot *slot_of(struct traces *t, const struct trace_place *place)
{
	return &t->open[place - t->places];
}

/* What only counts tell of is left as it was. */
static void begin(struct traces *t, struct trace *trace, const struct event *e)
{
	memset(trace, 0, offsetof(struct trace, routers_of));
	trace->id = ++t->opened << t->shard.bits | t->shard.index;
	trace->front = e->front;
	trace->protocol = e->protocol;
	trace->prober = e->prober;
	trace->target = e->target;
	trace->began_ns = e->at_ns;
	t->count++;
}

static uint64_t due_of(const struct trace *trace)
{
	return trace->probed_ns + (trace->is_arrived ? arrived_ns : silence_ns);
}

static void end(struct traces *t, struct trace_place *place, uint64_t now_ns)
{
	struct trace_slot *slot = slot_of(t, place), *kept = &t->kept[t->ended % TRACES_ENDED];
	struct trace *trace = &slot->trace;
	enum trace_end why = trace->is_arrived ? TRACE_ARRIVED : trace->is_limited ? TRACE_LIMITED : TRACE_STOPPED;

	write_begin(kept);
	kept->trace = *trace;
	kept->trace.end = (uint8_t)why;
	kept->trace.ended_ns = now_ns;
	write_end(kept);
	write_begin(slot);
	trace->id = 0;
	write_end(slot);
	place->hash = 0;
	t->count--;
	t->totals[trace->front][why]++;
	__atomic_store_n(&t->ended, t->ended + 1, __ATOMIC_RELEASE);
}

/* --- what happens ------------------------------------------------------------------------------------------------- */

/* Of the return path, 0: none. */
static unsigned hop_of(const struct event *e)
{
	unsigned hop = e->ttl;

	if (e->front == FRONT_UTURN && hop)
		hop--;
	return hop <= TRACE_HOPS ? hop : 0;
}

static void on_probe(struct trace *trace, const struct event *e, enum role role)
{
	unsigned hop = hop_of(e);

	trace->probes++;
	trace->probed_ns = trace->active_ns = e->at_ns;
	trace->ttl = e->ttl;
	if (role == ROLE_PROBE && hop)
		trace->asked |= UINT64_C(1) << (hop - 1);
	trace->is_limited |= role == ROLE_LIMITED;
}

/* Its index, TRACE_ROUTERS: there is no room for it. */
static unsigned router_of(struct trace *trace, const struct addr *router)
{
	for (unsigned i = 0; i < trace->router_count; i++)
		if (addr_equal(&trace->routers[i], router))
			return i;
	if (trace->router_count < TRACE_ROUTERS)
		trace->routers[trace->router_count++] = *router;
	else
		return TRACE_ROUTERS;
	return trace->router_count - 1U;
}

static void keep_answer(struct trace *trace, unsigned hop, const struct event *e)
{
	uint64_t rtt_us = e->rtt_ns / 1000;
	unsigned router = router_of(trace, &e->router), at = trace->answers[hop - 1] % TRACE_KEPT;

	if (router == TRACE_ROUTERS)
		return;
	rtt_us = rtt_us < UINT32_MAX ? rtt_us : UINT32_MAX;
	trace->routers_of[hop - 1][at] = (uint8_t)router;
	trace->rtt_us[hop - 1][at] = (uint32_t)rtt_us;
	if (trace->answers[hop - 1] == UINT8_MAX) /* which is a multiple of TRACE_KEPT */
		trace->answers[hop - 1] = TRACE_KEPT;
	trace->answers[hop - 1]++;
	if (e->is_end || rtt_us <= trace->slowest_us)
		return;
	trace->slowest = (uint8_t)router;
	trace->slowest_us = (uint32_t)rtt_us;
}

static void on_answer(struct trace *trace, const struct event *e)
{
	unsigned hop = hop_of(e);

	if (e->at_ns > trace->active_ns)
		trace->active_ns = e->at_ns;
	if (e->is_end) {
		trace->is_arrived = true;
		if (hop && (!trace->end_hop || hop < trace->end_hop))
			trace->end_hop = (uint8_t)hop;
	}
	if (hop && e->router.family)
		keep_answer(trace, hop, e);
}

static void on_end(struct traces *t, struct trace_place *place, const struct event *e)
{
	struct trace *trace = &slot_of(t, place)->trace;

	trace->is_arrived |= e->is_end;
	trace->is_limited |= e->is_limited;
	end(t, place, e->at_ns);
}

void traces_on_event(struct traces *t, const struct event *e)
{
	enum role role = roles[e->reason];
	struct trace_place *place;
	struct trace_slot *slot;
	bool is_new = false;
	uint64_t hash;

	if (role == ROLE_NONE || !e->prober.family)
		return;
	hash = hash_of(t, e);
	place = find(t, hash);
	if (!place && role == ROLE_PROBE) {
		place = choose(t, hash);
		place->hash = hash;
		is_new = true;
	}
	if (!place)
		return;
	if (role == ROLE_END) {
		on_end(t, place, e);
		return;
	}
	slot = slot_of(t, place);
	write_begin(slot);
	if (is_new)
		begin(t, &slot->trace, e);
	if (role == ROLE_ANSWER)
		on_answer(&slot->trace, e);
	else
		on_probe(&slot->trace, e, role);
	write_end(slot);
	place->due_ns = due_of(&slot->trace);
	if (place->due_ns < t->next_ns)
		t->next_ns = place->due_ns;
}

void traces_on_time(struct traces *t, uint64_t now_ns)
{
	if (now_ns < t->next_ns)
		return;
	t->next_ns = UINT64_MAX;
	for (unsigned i = 0; i < TRACES_OPEN; i++) {
		struct trace_place *place = &t->places[i];

		if (place->hash && place->due_ns <= now_ns)
			end(t, place, now_ns);
		else if (place->hash && place->due_ns < t->next_ns)
			t->next_ns = place->due_ns;
	}
}

/* --- reading a trace ---------------------------------------------------------------------------------------------- */

unsigned trace_kept(const struct trace *trace, unsigned hop)
{
	return trace->answers[hop - 1] < TRACE_KEPT ? trace->answers[hop - 1] : TRACE_KEPT;
}

unsigned trace_last_hop(const struct trace *trace)
{
	unsigned last = trace->end_hop ? trace->end_hop : TRACE_HOPS;

	/* silence behind the last answer may be the prober's own; nor is there an answer where the end is assumed */
	while (last && !trace->answers[last - 1] && last != trace->end_hop - 1U)
		last--;
	return last;
}
