/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pace.h"

static const uint64_t ms_ns = 1000000;

enum {
	ROUTER_BURST = 32,
	ASKED_AGAIN = 32, /* places of a queue for tests of limits, checks for balancing per packet, and sweeps */
	ROUTER_INTERVAL_MS = 10,
	CATCH_UP_MS = 5, /* a caller that comes late may send so much of what it missed */
	RTT_FACTOR = 3,
	RTT_EXTRA_MS = 100,
	TIMEOUT_LEAST_MS = 300,
	TIMEOUT_BLIND_MS = 1000, /* nothing at all has answered yet */
};

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled") */
static unsigned draw(struct search *s, unsigned below)
{
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return (unsigned)((s->random * 0x2545f4914f6cdd1d >> 32) * below >> 32);
}

/* By hand: the compiler's own may need a library. */
static unsigned count_bits(uint64_t bits)
{
	bits -= bits >> 1 & 0x5555555555555555;
	bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (unsigned)(bits * 0x0101010101010101 >> 56);
}

bool pace_push_times(struct search *s, unsigned flow, unsigned hop, enum search_purpose purpose, unsigned times)
{
	struct search_hop *h = &s->hops[hop];

	if (h->due_count == SEARCH_DUE)
		return false;
	h->due[(h->due_first + h->due_count++) % SEARCH_DUE] =
		(struct search_due){ .flow = (uint16_t)flow, .purpose = (uint8_t)purpose, .times = (uint8_t)times };
	s->due_hops |= 1ULL << hop;
	return true;
}

bool pace_push(struct search *s, unsigned flow, unsigned hop, enum search_purpose purpose)
{
	return pace_push_times(s, flow, hop, purpose, 1);
}

bool pace_push_first(struct search *s, unsigned flow, unsigned hop, enum search_purpose purpose)
{
	struct search_hop *h = &s->hops[hop];

	if (h->due_count == SEARCH_DUE)
		return false;
	h->due_first = (h->due_first + SEARCH_DUE - 1) % SEARCH_DUE;
	h->due_count++;
	h->due[h->due_first] = (struct search_due){ .flow = (uint16_t)flow, .purpose = (uint8_t)purpose, .times = 1 };
	s->due_hops |= 1ULL << hop;
	return true;
}

unsigned pace_room(const struct search *s, unsigned hop)
{
	unsigned used = s->hops[hop].due_count, most = SEARCH_DUE / 2, out = s->graph.hops[hop].out;

	if (s->settings.queries > 1)
		most = out < SEARCH_DUE - ASKED_AGAIN ? SEARCH_DUE - ASKED_AGAIN - out : 0;
	if (most > SEARCH_DUE / 2)
		most = SEARCH_DUE / 2;
	return used < most ? most - used : 0;
}

static uint64_t interval_ns(const struct search *s, unsigned hop)
{
	unsigned routers = s->graph.hops[hop].routers;

	if (s->hops[hop].limit_interval_ns)
		return s->hops[hop].limit_interval_ns;
	return ROUTER_INTERVAL_MS * ms_ns / (routers ? routers : 1);
}

static uint64_t hop_free_ns(const struct search *s, unsigned hop)
{
	const struct search_hop *h = &s->hops[hop];
	uint64_t burst_ns = ms_ns * ROUTER_BURST * ROUTER_INTERVAL_MS - interval_ns(s, hop);

	if (h->limit == SEARCH_TESTED)
		return h->due[h->due_first].purpose == SEARCH_FOR_LIMIT ? 0 : UINT64_MAX;
	if (h->limit_interval_ns)
		return h->free_ns;
	return h->free_ns > burst_ns ? h->free_ns - burst_ns : 0;
}

static struct search_due take(struct search *s, unsigned hop, uint64_t now_ns)
{
	struct search_hop *h = &s->hops[hop];
	struct search_due due = h->due[h->due_first];

	if (due.times > 1) {
		h->due[h->due_first].times--;
	} else {
		h->due_first = (h->due_first + 1) % SEARCH_DUE;
		if (--h->due_count == 0)
			s->due_hops &= ~(1ULL << hop);
	}
	if (h->free_ns < now_ns)
		h->free_ns = now_ns;
	h->free_ns += interval_ns(s, hop);
	return due;
}

unsigned pace_pop(struct search *s, uint64_t now_ns, struct search_due *due, uint64_t *until_ns)
{
	uint64_t left = s->due_hops;

	*until_ns = UINT64_MAX;
	while (left) {
		unsigned skip = draw(s, count_bits(left)), hop;
		uint64_t bits = left, free_ns;

		while (skip--)
			bits &= bits - 1;
		hop = (unsigned)__builtin_ctzll(bits);
		free_ns = hop_free_ns(s, hop);
		if (free_ns <= now_ns) {
			*due = take(s, hop, now_ns);
			return hop;
		}
		if (free_ns < *until_ns)
			*until_ns = free_ns;
		left &= ~(1ULL << hop);
	}
	return 0;
}

uint64_t pace_rate_free_ns(const struct search_rate *rate, uint64_t now_ns)
{
	for (; rate; rate = rate->whole) {
		const uint64_t free_ns = rate->free_ns, burst_ns = rate->burst * (1000 * ms_ns / rate->per_s);

		if (free_ns > now_ns + burst_ns)
			now_ns = free_ns - burst_ns;
	}
	return now_ns;
}

void pace_rate_take(struct search_rate *rate, uint64_t now_ns)
{
	for (; rate; rate = rate->whole) {
		if (rate->free_ns + CATCH_UP_MS * ms_ns < now_ns)
			rate->free_ns = now_ns - CATCH_UP_MS * ms_ns;
		rate->free_ns += 1000 * ms_ns / rate->per_s;
	}
}

uint64_t pace_free_ns(const struct search *s, uint64_t now_ns)
{
	return pace_rate_free_ns(s->settings.rate, now_ns);
}

void pace_on_sent(struct search *s, uint64_t now_ns)
{
	pace_rate_take(s->settings.rate, now_ns);
}

static uint64_t clamp(uint64_t value, uint64_t least, uint64_t most)
{
	if (value < least)
		value = least;
	return value > most ? most : value;
}

void pace_start(struct search *s)
{
	for (unsigned h = 0; h <= SEARCH_FAR_HOP; h++)
		s->hops[h].timeout_ns = clamp(TIMEOUT_BLIND_MS * ms_ns, 0, s->settings.timeout_ns);
}

/* An answer of a hop says something of all that are nearer; of those that are farther only if none of them has answered. */
void pace_learn(struct search *s, unsigned hop, uint32_t rtt_us)
{
	uint32_t most_us = 0, any_us = 0;

	if (rtt_us <= s->hops[hop].rtt_most_us)
		return;
	s->hops[hop].rtt_most_us = rtt_us;
	for (unsigned h = 0; h <= SEARCH_FAR_HOP; h++)
		any_us = s->hops[h].rtt_most_us > any_us ? s->hops[h].rtt_most_us : any_us;
	for (unsigned h = SEARCH_FAR_HOP + 1; h-- > 0;) {
		if (s->hops[h].rtt_most_us > most_us)
			most_us = s->hops[h].rtt_most_us;
		s->hops[h].timeout_ns =
			clamp((uint64_t)(most_us ? most_us : any_us) * 1000 * RTT_FACTOR + RTT_EXTRA_MS * ms_ns,
				TIMEOUT_LEAST_MS * ms_ns, s->settings.timeout_ns);
	}
	s->wake_ns = 0;
}
