/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/inband_trace.h"

/*
 * What is asked when. All TTLs leave at once, up to a few beyond the end that
 * the TTL of the peer's segments suggests. The further attempts measure: they
 * do not repeat what may still be answered, and so leave without waiting for an
 * answer where that takes longer than AGAIN_MS, but only to hops that are known
 * or expected to be there.
 *
 * A hop that has answered none of its attempts gets one more, the second
 * chance, when none of them can be answered any longer. A hop that has answered
 * one does not: what is missing is its loss.
 *
 * Routers limit their ICMP errors. Linux lets six to one host pass, then one a
 * second; others have no such burst, and lose all attempts but the first here,
 * as they do with any traceroute that is not slow. Attempts a second apart
 * would show less of that loss, and take two seconds more on every path. No
 * router is asked by two TTLs at the same moment, except where a path loops.
 */
static const uint64_t ms_ns = 1000000;

enum {
	LISTEN_MS = 2000, /* for a moment in which nothing is outstanding */
	FILL_MS = 300, /* for the connection to send enough bytes for every probe */
	LONGEST_MS = 8000, /* a whole trace, with the delays of a rate limit */
	SOON_MS = 10, /* between two probes to a hop that has answered the first of them */
	AGAIN_MS = 30, /* the same where it has not */
	CHANCE_MS = 100, /* between the last attempt and the second chance, at least */
	RTT_UNKNOWN_MS = 300,
	END_MS = 250, /* until more is asked where the end has not answered, at least */
	LAST_MS = 1000, /* the same until that is the result */
	RTT_MOST_MS = 2000,
	SLACK_LEAST_MS = 25, /* routers make errors when they have nothing else to do */
	SLACK_MOST_MS = 75, /* the variance of a young connection is half its round trip (RFC 6298 2.2) */
	BEYOND = 2, /* hops that are asked behind the expected end at first: the forward path may be another one */
	LIKELY = 1, /* those of them that get all attempts without waiting for an answer */
	MORE = 4, /* hops that are asked next where the path goes on there */
	UNKNOWN = 16, /* hops that are asked at first where nothing is expected */
};

unsigned inband_trace_id_of(const struct inband_trace *t, uint32_t seq)
{
	uint32_t id = t->base - 1 - seq;

	return t->began_ns && id >= 1 && id <= INBAND_IDS && t->probes[id].sent_ns ? id : 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* What is allowed to an answer beside the time that it is expected to take (RFC 6298 2.3), within bounds. */
static uint64_t slack_ns(const struct inband_trace *t)
{
	uint64_t slack_ns = t->rtt_var_ns ? t->rtt_var_ns * 4 : SLACK_MOST_MS * ms_ns;

	return larger(SLACK_LEAST_MS * ms_ns, lesser(slack_ns, SLACK_MOST_MS * ms_ns));
}

/* How long the first answer of a hop may take: routers are not behind the peer. */
static uint64_t patience_ns(const struct inband_trace *t)
{
	uint64_t rtt_ns = t->rtt_ns ? t->rtt_ns : RTT_UNKNOWN_MS * ms_ns;

	return lesser(rtt_ns, RTT_MOST_MS * ms_ns) + slack_ns(t);
}

/* How long the end may take: to believe that it does not answer costs more than to wait. */
static uint64_t end_patience_ns(const struct inband_trace *t)
{
	return larger(patience_ns(t), END_MS * ms_ns);
}

/* The number of the hop that the peer is, if its segments have passed as many routers as ours do; 0: unknown. */
static unsigned expected_end(const struct inband_trace *t)
{
	unsigned ttl = t->position.peer_ttl;
	unsigned start = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;

	return ttl && start - ttl < INBAND_HOPS ? start - ttl + 1 : 0;
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
	t->widened_ns = now_ns;
	t->base = t->position.acked;
	t->expected_end = (uint8_t)expected_end(t);
	t->asked_to = (uint8_t)smaller(t->expected_end ? t->expected_end + BEYOND : UNKNOWN, last_ttl(t));
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

	if (position_is_known(p)) {
		t->ids = ids_of(t);
		if (t->ids >= inband_trace_id(t->max_ttl, t->attempts - 1U) || (t->ids && now_ns >= fill_ns)) {
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

/* How many of the attempts the connection has bytes for. */
static unsigned attempts_of(const struct inband_trace *t, unsigned ttl, unsigned attempts)
{
	while (attempts && inband_trace_id(ttl, attempts - 1) > t->ids)
		attempts--;
	return attempts;
}

/* There is a router or the peer at this TTL: whatever has answered, something is behind it. */
static bool is_on_path(const struct inband_trace *t, unsigned ttl)
{
	return ttl <= t->end_ttl || ttl <= t->answered_to + 1U;
}

struct hop {
	unsigned sent, answered;
	uint64_t sent_ns; /* the last one */
	bool is_last_answered;
	uint64_t open_ns; /* until then one of them may be answered */
};

static struct hop hop_of(const struct inband_trace *t, unsigned ttl)
{
	uint64_t longest_ns = 0, unanswered_ns = 0;
	struct hop hop = { 0 };

	for (; hop.sent < INBAND_TRIES; hop.sent++) {
		const struct inband_trace_probe *probe = &t->probes[inband_trace_id(ttl, hop.sent)];

		if (!probe->sent_ns)
			break;
		hop.sent_ns = probe->sent_ns;
		hop.is_last_answered = probe->kind != INBAND_UNANSWERED;
		hop.answered += hop.is_last_answered;
		longest_ns = larger(longest_ns, probe->rtt_ns);
		if (!hop.is_last_answered)
			unanswered_ns = probe->sent_ns;
	}
	if (unanswered_ns)
		hop.open_ns = unanswered_ns +
			(hop.answered ? lesser(longest_ns, RTT_MOST_MS * ms_ns) + SLACK_LEAST_MS * ms_ns
				      : patience_ns(t));
	return hop;
}

/* When the next attempt is due; 0: there is none. */
static uint64_t next_attempt_ns(const struct inband_trace *t, unsigned ttl, const struct hop *hop)
{
	if (!hop->sent)
		return t->began_ns;
	if (hop->sent < attempts_of(t, ttl, t->attempts)) {
		if (!is_on_path(t, ttl) && ttl > smaller(t->expected_end + LIKELY, INBAND_HOPS))
			return hop->sent_ns + end_patience_ns(t);
		return hop->sent_ns + (hop->is_last_answered ? SOON_MS : AGAIN_MS) * ms_ns;
	}
	if (!hop->answered && is_on_path(t, ttl) && hop->sent < attempts_of(t, ttl, t->attempts + 1U))
		return larger(hop->open_ns, hop->sent_ns + CHANCE_MS * ms_ns);
	return 0;
}

/* Further hops, where the path turns out to be longer, or its end has not answered in time. */
static uint64_t widen(struct inband_trace *t, uint64_t now_ns)
{
	uint64_t due_ns = t->widened_ns + end_patience_ns(t);
	unsigned last = last_ttl(t), asked_to = t->asked_to;

	if (t->end_ttl || t->asked_to >= last)
		return UINT64_MAX;
	if (now_ns >= due_ns)
		t->asked_to = (uint8_t)last;
	else if (t->answered_to + 1U >= asked_to)
		t->asked_to = (uint8_t)smaller(asked_to + MORE, last);
	if (t->asked_to != asked_to)
		t->widened_ns = now_ns;
	return t->asked_to < last ? t->widened_ns + end_patience_ns(t) : UINT64_MAX;
}

static bool is_to_report(const struct inband_trace *t, unsigned ttl, const struct hop *hop)
{
	return !hop->answered && ttl != t->end_ttl && !(t->told_silent >> (ttl - 1) & 1);
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
	uint64_t due_ns, over_ns = t->asked_ns + LONGEST_MS * ms_ns;

	if (!t->began_ns) {
		struct inband_trace_action action = listen(t, now_ns);

		if (!t->began_ns)
			return action;
	}
	if (now_ns >= over_ns)
		return end_with(INBAND_END_LIMIT);
	due_ns = widen(t, now_ns);
	for (unsigned ttl = 1; ttl <= smaller(t->asked_to, last_ttl(t)); ttl++) {
		struct hop hop = hop_of(t, ttl);
		uint64_t next_ns = next_attempt_ns(t, ttl, &hop), hop_ns = next_ns ? next_ns : hop.open_ns;
		bool is_passed = ttl < t->end_ttl || ttl < t->answered_to;

		if (hop_ns > now_ns)
			due_ns = lesser(due_ns, hop_ns);
		else if (next_ns)
			return (struct inband_trace_action){ .step = INBAND_STEP_SEND,
				.ttl = ttl,
				.attempt = hop.sent };
		else if (is_passed && is_to_report(t, ttl, &hop))
			return report_silent(t, ttl, hop.sent);
	}
	if (due_ns == UINT64_MAX && t->answered_to < last_ttl(t) && !t->end_ttl &&
		now_ns < t->sent_ns + LAST_MS * ms_ns)
		due_ns = t->sent_ns + LAST_MS * ms_ns;
	return due_ns == UINT64_MAX ? finish(t) : wait_until(lesser(due_ns, over_ns));
}

void inband_trace_sent(struct inband_trace *t, unsigned id, uint64_t now_ns)
{
	t->probes[id].sent_ns = t->sent_ns = now_ns;
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
		if (!t->rtt_ns)
			t->rtt_ns = answer->rtt_ns;
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
