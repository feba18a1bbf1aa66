/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/inband_trace.h"

static const uint64_t ms_ns = 1000000;

enum {
	LISTEN_MS = 2000, /* for a moment in which nothing is outstanding */
	FILL_MS = 300, /* for the connection to send enough bytes for every probe */
	LONGEST_MS = 8000, /* a whole trace, with the delays of a rate limit */
	AGAIN_MS = 50, /* between two probes to a hop that answers */
	BLIND_MS = 100, /* the same where the answer cannot be here yet */
	WAIT_MOST_MS = 1000,
};

/* After the first, the second and the last attempt; routers that limit their ICMP errors have one a second. */
static const unsigned wait_ms[INBAND_ATTEMPTS] = { 300, 700, 500 };

unsigned inband_trace_id_of(const struct inband_trace *t, uint32_t seq)
{
	uint32_t id = t->base - 1 - seq;

	return t->began_ns && id >= 1 && id <= INBAND_IDS && t->probes[id].sent_ns ? id : 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* How long an answer may take: twice the connection's round trip, within bounds. */
static uint64_t patience_ns(const struct inband_trace *t, unsigned attempt)
{
	uint64_t wait_ns = larger(t->rtt_ns * 2, wait_ms[attempt] * ms_ns);

	return wait_ns < WAIT_MOST_MS * ms_ns ? wait_ns : WAIT_MOST_MS * ms_ns;
}

/* As many hops as the peer's segments have passed, and some more, since the forward path may be another one. */
static unsigned first_window(const struct inband_trace *t)
{
	unsigned ttl = t->position.peer_ttl;
	unsigned start = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;

	if (!ttl)
		return 16;
	return start - ttl < 4 ? 8 : start - ttl + 5;
}

static unsigned last_ttl(const struct inband_trace *t)
{
	if (t->end_ttl)
		return t->end_ttl;
	return smaller(t->max_ttl, t->ids);
}

static void begin(struct inband_trace *t, uint64_t now_ns)
{
	t->began_ns = now_ns ? now_ns : 1;
	t->base = t->position.snd_una;
	t->asked_to = (uint8_t)smaller(first_window(t), last_ttl(t));
}

/* Up to which id a probe is a byte that the connection has really sent. */
static uint8_t ids_of(const struct inband_trace *t)
{
	uint64_t bytes = t->sent_bytes + position_sent_bytes(&t->position);

	/* what a keepalive acknowledges may be the byte before the last one that was counted */
	if (bytes && !t->position.has_start)
		bytes--;
	return bytes <= 1 ? 0 : (uint8_t)(bytes - 1 < INBAND_IDS ? bytes - 1 : INBAND_IDS);
}

static struct inband_trace_action wait_until(uint64_t due_ns)
{
	return (struct inband_trace_action){ .step = INBAND_STEP_WAIT, .due_ns = due_ns };
}

static struct inband_trace_action end_with(enum inband_trace_end end)
{
	return (struct inband_trace_action){ .step = INBAND_STEP_END, .end = end };
}

/* Before the first probe. */
static struct inband_trace_action listen(struct inband_trace *t, uint64_t now_ns)
{
	uint64_t fill_ns = t->asked_ns + FILL_MS * ms_ns, over_ns = t->asked_ns + LISTEN_MS * ms_ns;
	const struct position *p = &t->position;

	if (position_is_quiet(p)) {
		t->ids = ids_of(t);
		if (t->ids == INBAND_IDS || (t->ids && now_ns >= fill_ns)) {
			begin(t, now_ns);
			return wait_until(now_ns);
		}
		if (now_ns >= over_ns)
			return end_with(INBAND_END_LIMIT);
		return wait_until(now_ns < fill_ns ? fill_ns : over_ns);
	}
	if (now_ns >= over_ns)
		return end_with(p->has_segment && p->has_snd_una ? INBAND_END_BUSY : INBAND_END_IDLE);
	return wait_until(over_ns);
}

static unsigned attempts_of(const struct inband_trace *t, unsigned ttl)
{
	unsigned attempts = 0;

	while (attempts < t->attempts && inband_trace_id(ttl, attempts) <= t->ids)
		attempts++;
	return attempts;
}

struct hop {
	unsigned sent;
	bool is_answered; /* at least once */
	bool is_over; /* due_ns is when that has become certain */
	uint64_t due_ns;
};

/* A hop that has answered gets its next probe soon; one that has not may limit the rate of its answers. */
static uint64_t next_attempt_ns(const struct inband_trace *t, unsigned ttl, const struct hop *hop)
{
	unsigned attempt = hop->sent - 1;
	uint64_t sent_ns = t->probes[inband_trace_id(ttl, attempt)].sent_ns;

	if (hop->is_answered)
		return sent_ns + AGAIN_MS * ms_ns;
	if (attempt == 0 && t->rtt_ns + t->rtt_ns / 2 > BLIND_MS * ms_ns)
		return sent_ns + BLIND_MS * ms_ns;
	return sent_ns + patience_ns(t, attempt);
}

static struct hop hop_of(const struct inband_trace *t, unsigned ttl)
{
	struct hop hop = { 0 };
	unsigned attempts = attempts_of(t, ttl);

	for (; hop.sent < attempts; hop.sent++) {
		const struct inband_trace_probe *probe = &t->probes[inband_trace_id(ttl, hop.sent)];

		if (!probe->sent_ns)
			break;
		hop.is_answered |= probe->kind != INBAND_UNANSWERED;
	}
	hop.is_over = hop.sent == attempts;
	if (!hop.is_over) {
		hop.due_ns = hop.sent ? next_attempt_ns(t, ttl, &hop) : t->began_ns;
		return hop;
	}
	for (unsigned i = 0; i < attempts; i++) {
		const struct inband_trace_probe *probe = &t->probes[inband_trace_id(ttl, i)];

		if (!probe->kind)
			hop.due_ns = larger(hop.due_ns, probe->sent_ns + patience_ns(t, INBAND_ATTEMPTS - 1));
	}
	return hop;
}

/* Further hops, where the path turns out to be longer, or its end has not answered in time. */
static uint64_t widen(struct inband_trace *t, uint64_t now_ns)
{
	enum { NEAR_THE_EDGE = 3, MORE = 8 };
	uint64_t due_ns = t->began_ns + patience_ns(t, 0);
	unsigned last = last_ttl(t);

	if (t->end_ttl || t->asked_to >= last)
		return UINT64_MAX;
	if (now_ns >= due_ns)
		t->asked_to = (uint8_t)last;
	else if (t->answered_to + NEAR_THE_EDGE > t->asked_to)
		t->asked_to = (uint8_t)smaller(t->asked_to + MORE, last);
	return t->asked_to < last ? due_ns : UINT64_MAX;
}

static bool is_to_report(const struct inband_trace *t, unsigned ttl, const struct hop *hop)
{
	return !hop->is_answered && ttl != t->end_ttl && !(t->told_silent >> (ttl - 1) & 1);
}

/* A hop without an answer is reported once the path is known to go on behind it. */
static struct inband_trace_action report_silent(struct inband_trace *t, unsigned ttl, unsigned sent)
{
	t->told_silent |= 1U << (ttl - 1);
	return (struct inband_trace_action){ .step = INBAND_STEP_SILENT, .ttl = ttl, .attempt = sent };
}

static struct inband_trace_action finish(struct inband_trace *t)
{
	for (unsigned ttl = 1; ttl <= last_ttl(t); ttl++) {
		struct hop hop = hop_of(t, ttl);

		if (is_to_report(t, ttl, &hop))
			return report_silent(t, ttl, hop.sent);
	}
	return end_with(t->end_ttl ? INBAND_END_REACHED : INBAND_END_MAX_TTL);
}

struct inband_trace_action inband_trace_next(struct inband_trace *t, uint64_t now_ns)
{
	struct inband_trace_action action;
	uint64_t due_ns;

	if (!t->began_ns) {
		action = listen(t, now_ns);
		if (!t->began_ns)
			return action;
	}
	if (now_ns - t->asked_ns > LONGEST_MS * ms_ns)
		return end_with(INBAND_END_LIMIT);
	due_ns = widen(t, now_ns);
	for (unsigned ttl = 1; ttl <= smaller(t->asked_to, last_ttl(t)); ttl++) {
		struct hop hop = hop_of(t, ttl);
		bool is_passed = ttl < t->end_ttl || ttl < t->answered_to;

		if (hop.due_ns > now_ns)
			due_ns = hop.due_ns < due_ns ? hop.due_ns : due_ns;
		else if (!hop.is_over)
			return (struct inband_trace_action){ .step = INBAND_STEP_SEND,
				.ttl = ttl,
				.attempt = hop.sent };
		else if (is_passed && is_to_report(t, ttl, &hop))
			return report_silent(t, ttl, hop.sent);
	}
	return due_ns == UINT64_MAX ? finish(t) : wait_until(due_ns);
}

void inband_trace_sent(struct inband_trace *t, unsigned id, uint64_t now_ns)
{
	t->probes[id].sent_ns = now_ns;
	t->probe_count++;
}

void inband_trace_answered(struct inband_trace *t, unsigned id, const struct inband_trace_probe *answer)
{
	struct inband_trace_probe *probe = &t->probes[id];
	unsigned ttl = inband_trace_ttl(id);
	uint64_t sent_ns = probe->sent_ns;

	*probe = *answer;
	probe->sent_ns = sent_ns;
	if (answer->kind == INBAND_REACHED) {
		if (!t->end_ttl || ttl < t->end_ttl)
			t->end_ttl = (uint8_t)ttl;
		return;
	}
	if (ttl > t->answered_to)
		t->answered_to = (uint8_t)ttl;
	if (answer->kind != INBAND_EXPIRED)
		return;
	if (!addr_equal(&answer->router, &t->flow.peer))
		t->router_ttl = (uint8_t)(ttl > t->router_ttl ? ttl : t->router_ttl);
	else if (!t->nat_ttl || ttl < t->nat_ttl)
		t->nat_ttl = (uint8_t)ttl;
	if (t->nat_ttl && t->nat_ttl < t->router_ttl)
		t->nat_ttl = 0; /* routers behind a NAT box have its address, too */
}
