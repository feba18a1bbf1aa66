/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mtu.h"

static const uint64_t rest_ns = 1000000000; /* a router that limits its answers sends one a second */

enum {
	LEAST4 = 68, /* RFC 791 3.2 */
	LEAST6 = 1280, /* RFC 8200 5 */
	STRIKES = 2, /* rounds in which the small packet alone was answered */
	STRIKES_BISECTING = 1, /* the result is confirmed */
	MISSES = 4, /* rounds in which nothing was answered */
	RESTARTS = 2, /* of a bisection that was not confirmed */
};

enum stage {
	STAGE_REACH, /* does the size come to the last hop? */
	STAGE_LOCATE, /* which hop does it not come to? */
	STAGE_BISECT, /* which size comes there? */
	STAGE_CONFIRM, /* and the next larger does not? */
	STAGE_DONE,
};

enum result { UNKNOWN = 1, PASSES, TOO_BIG, VANISHES };

static uint8_t last_of(uint64_t hops)
{
	return hops ? (uint8_t)(64 - (unsigned)__builtin_clzll(hops)) : 0;
}

static uint16_t least_at(const struct mtu *m, unsigned hop)
{
	return hop == last_of(m->settings.answering) ? m->settings.least_last : m->settings.least;
}

static void try_size(struct mtu *m, unsigned hop, uint16_t size, unsigned strikes)
{
	m->trial = (struct mtu_trial){
		.hop = (uint8_t)hop,
		.size = size,
		.strikes_wanted = (uint8_t)strikes,
		.first = m->references,
	};
}

static void finish(struct mtu *m, bool is_cut_off)
{
	m->stage = STAGE_DONE;
	m->is_cut_off = is_cut_off;
}

/* Towards the last hop that answers; what was a fall on the way there is behind us. */
static void reach(struct mtu *m)
{
	unsigned last = last_of(m->answering);

	/* a host whose answer takes a larger packet than the path does is not asked */
	for (; last > m->hop && m->size < least_at(m, last); last = last_of(m->answering))
		m->answering &= ~(UINT64_C(1) << (last - 1));
	if (last <= m->hop) { /* nothing behind it answers */
		finish(m, last_of(m->settings.answering) > m->hop);
		return;
	}
	m->stage = STAGE_REACH;
	try_size(m, last, m->size, STRIKES);
}

void mtu_init(struct mtu *m, const struct mtu_settings *settings)
{
	*m = (struct mtu){ .settings = *settings, .size = settings->first, .answering = settings->answering };
	reach(m);
}

/* --- what a result means --- */

static void add_fall(struct mtu *m, const struct mtu_fall *fall)
{
	m->falls[m->fall_count++] = *fall;
	m->size = fall->mtu;
	if (m->fall_count == MTU_FALLS)
		finish(m, true);
	else
		reach(m);
}

static void bisect(struct mtu *m)
{
	m->stage = m->vanishes - m->passes > 1 ? STAGE_BISECT : STAGE_CONFIRM;
	if (m->stage == STAGE_BISECT)
		try_size(m, m->high, (uint16_t)((m->passes + m->vanishes) / 2), STRIKES_BISECTING);
	else
		try_size(m, m->high, m->vanishes, STRIKES);
}

static void start_bisecting(struct mtu *m, unsigned hop, const struct mtu_fall *fall)
{
	m->high = (uint8_t)hop;
	m->passes = least_at(m, hop);
	m->vanishes = m->size;
	m->restarts = 0;
	m->fall = *fall;
	if (m->vanishes <= m->passes)
		finish(m, true);
	else
		bisect(m);
}

/* A hop in the middle between two that is known to answer; without one the link is found. */
static void locate(struct mtu *m)
{
	const unsigned middle = (m->low + m->high) / 2;
	struct mtu_fall fall = { .hop = m->low, .is_black_hole = true };

	m->stage = STAGE_LOCATE;
	for (unsigned away = 0; away < 64; away++) {
		for (int sign = -1; sign <= 1; sign += 2) {
			const int hop = (int)middle + sign * (int)away;

			if (hop > m->low && hop < m->high && m->answering >> (hop - 1) & 1) {
				try_size(m, (unsigned)hop, m->size, STRIKES);
				return;
			}
		}
	}
	start_bisecting(m, m->high, &fall);
}

static void on_told(struct mtu *m)
{
	struct mtu_fall fall = m->fall;

	if (fall.mtu)
		add_fall(m, &fall);
	else
		start_bisecting(m, m->trial.hop, &fall);
}

static void forget_hop(struct mtu *m, unsigned hop)
{
	m->answering &= ~(UINT64_C(1) << (hop - 1));
}

static void after_reach(struct mtu *m, enum result result)
{
	if (result == PASSES) {
		m->hop = m->trial.hop;
		finish(m, m->hop < last_of(m->settings.answering));
	} else if (result == TOO_BIG) {
		on_told(m);
	} else if (result == VANISHES) {
		m->low = m->hop;
		m->high = m->trial.hop;
		locate(m);
	} else {
		forget_hop(m, m->trial.hop);
		reach(m);
	}
}

static void after_locate(struct mtu *m, enum result result)
{
	if (result == TOO_BIG) {
		on_told(m);
		return;
	}
	if (result == PASSES)
		m->hop = m->low = m->trial.hop;
	else if (result == VANISHES)
		m->high = m->trial.hop;
	else
		forget_hop(m, m->trial.hop);
	locate(m);
}

static void after_bisect(struct mtu *m, enum result result)
{
	if (result == UNKNOWN) {
		finish(m, true);
		return;
	}
	if (result == PASSES)
		m->passes = m->trial.size;
	else
		m->vanishes = m->trial.size;
	bisect(m);
}

static void after_confirm(struct mtu *m, enum result result)
{
	const uint8_t high = m->high;

	if (result == PASSES && m->restarts++ < RESTARTS) {
		/* an answer was lost on the way here */
		m->passes = m->trial.size;
		m->vanishes = m->size;
		if (m->passes < m->vanishes)
			bisect(m);
		else
			reach(m);
	} else if (result == PASSES || result == UNKNOWN) {
		finish(m, true);
	} else {
		m->fall.mtu = m->passes;
		m->hop = high;
		add_fall(m, &m->fall);
	}
}

static void conclude(struct mtu *m)
{
	const enum result result = m->trial.result;

	if (m->stage == STAGE_REACH)
		after_reach(m, result);
	else if (m->stage == STAGE_LOCATE)
		after_locate(m, result);
	else if (m->stage == STAGE_BISECT)
		after_bisect(m, result);
	else
		after_confirm(m, result);
}

/* --- one trial --- */

/* A round is over, and the large packet is not answered. */
static void end_round(struct mtu *m, uint64_t now_ns)
{
	struct mtu_trial *t = &m->trial;

	if (!t->has_pair) {
		t->has_pair = true;
	} else if (t->is_small_answered) {
		t->misses = 0;
		if (++t->strikes == t->strikes_wanted)
			t->result = VANISHES;
	} else if (++t->misses == MISSES) {
		t->result = UNKNOWN;
	} else {
		t->until_ns = now_ns + rest_ns;
	}
	t->sent = 0;
	t->is_small_answered = false;
}

static enum search_step send(struct mtu *m, uint64_t now_ns, struct mtu_probe *p)
{
	struct mtu_trial *t = &m->trial;
	const uint16_t small = least_at(m, t->hop);

	if (m->references == MTU_PROBES) {
		finish(m, true);
		return SEARCH_DONE;
	}
	p->reference = m->references++ << 1 | t->sent;
	p->hop = t->hop;
	p->size = t->sent ? small : t->size;
	t->sent++;
	t->until_ns = now_ns + m->settings.wait_ns;
	return SEARCH_SEND;
}

enum search_step mtu_next(struct mtu *m, uint64_t now_ns, struct mtu_probe *p, uint64_t *until_ns)
{
	while (m->stage != STAGE_DONE) {
		struct mtu_trial *t = &m->trial;

		if (t->result) {
			conclude(m);
			continue;
		}
		if (t->sent && t->sent < 1 + t->has_pair)
			return send(m, now_ns, p);
		if (now_ns < t->until_ns) {
			*until_ns = t->until_ns;
			return SEARCH_WAIT;
		}
		if (!t->sent)
			return send(m, now_ns, p);
		end_round(m, now_ns);
	}
	return SEARCH_DONE;
}

bool mtu_is_cut_off(const struct mtu *m)
{
	return m->is_cut_off || m->stage != STAGE_DONE;
}

void mtu_on_refusal(struct mtu *m)
{
	m->references--;
	m->trial.sent--;
	if (!m->trial.sent)
		m->trial.until_ns = 0;
}

/* Of this trial, and of a large packet? */
static bool is_current(const struct mtu *m, uint32_t reference)
{
	return m->stage != STAGE_DONE && reference >> 1 >= m->trial.first && reference >> 1 < m->references &&
		!m->trial.result;
}

void mtu_on_arrival(struct mtu *m, uint32_t reference)
{
	if (!is_current(m, reference))
		return;
	if (reference & 1)
		m->trial.is_small_answered = true;
	else
		m->trial.result = PASSES;
}

void mtu_on_too_big(struct mtu *m, uint32_t reference, const struct addr *from, uint8_t hop, uint32_t mtu)
{
	const uint16_t least = m->settings.family == 4 ? LEAST4 : LEAST6;

	if (!is_current(m, reference) || reference & 1 || (mtu && (mtu < least || mtu >= m->trial.size)) ||
		(!mtu && m->settings.family != 4))
		return;
	if (m->stage == STAGE_REACH || m->stage == STAGE_LOCATE)
		m->fall = (struct mtu_fall){ .hop = hop, .mtu = (uint16_t)mtu, .from = *from };
	m->trial.result = TOO_BIG;
}
