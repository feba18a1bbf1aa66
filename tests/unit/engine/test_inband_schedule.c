/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a trace along a TCP connection takes, and how many probes: paths in
 * memory and time that passes from event to event, so every figure is exact.
 *
 * What a visitor waits for is the request, what happens between request and end
 * at the host, and the last line: 2 RTT over a connection that has sent bytes
 * before (TLS), 3 where the head of the response is the first of them.
 */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/inband_trace.h"

enum { ANSWERS = INBAND_IDS, SEEDS = 301, BASE = 5000, HEAD = 300 };

static const uint64_t msec_ns = 1000000;
static const unsigned rtts_us[] = { 200, 20000, 100000, 200000, 300000 };

struct scene {
	const char *name;
	unsigned hops; /* the last one is the peer */
	int seems; /* longer by the TTL of the peer's segments than it is */
	uint32_t silent, limited, burst; /* by TTL - 1: no answer at all; one a second; six, and one a second */
	unsigned nat_ttl;
	bool is_slow_at_once; /* the first line is the slow one; else all are alike */
	unsigned loss; /* per cent of probes and answers together */
	unsigned more_rtts, more_ms; /* than the goal for a path on which every router answers */
	unsigned more_probes; /* than three a hop, at most */
};

static struct {
	const struct scene *scene;
	struct inband_trace trace;
	uint64_t now_ns, rtt_ns;
	uint32_t seed;
	struct arriving {
		uint64_t at_ns; /* 0: none */
		unsigned id;
	} arriving[ANSWERS];
	uint64_t full_ns[INBAND_HOPS + 1]; /* when the router's bucket is full again */
	uint32_t told_silent;
} world;

static unsigned chance(void)
{
	world.seed = world.seed * 1664525 + 1013904223;
	return (world.seed >> 16) % 100;
}

static bool has(uint32_t bits, unsigned ttl)
{
	return bits >> (ttl - 1) & 1;
}

/* A bucket of so many answers, one of which comes back each second. */
static bool is_limited(unsigned ttl, unsigned burst)
{
	uint64_t *full_ns = &world.full_ns[ttl], from_ns = *full_ns > world.now_ns ? *full_ns : world.now_ns;

	if (from_ns - world.now_ns > (uint64_t)(burst - 1) * 1000 * msec_ns)
		return true;
	*full_ns = from_ns + 1000 * msec_ns;
	return false;
}

static void send(unsigned ttl, unsigned attempt)
{
	const struct scene *s = world.scene;
	unsigned id = inband_trace_id(ttl, attempt), at = ttl < s->hops ? ttl : s->hops;
	bool is_lost = chance() < s->loss;

	inband_trace_sent(&world.trace, id, world.now_ns);
	if (is_lost || (ttl < s->hops && has(s->silent, ttl)))
		return;
	if (ttl < s->hops && (has(s->limited, ttl) || has(s->burst, ttl)) &&
		is_limited(ttl, has(s->burst, ttl) ? 6 : 1))
		return;
	world.arriving[id - 1] =
		(struct arriving){ world.now_ns + world.rtt_ns * (s->is_slow_at_once ? s->hops : at) / s->hops, id };
}

static void arrive(struct arriving *a)
{
	unsigned ttl = inband_trace_ttl(a->id);
	struct inband_trace_probe answer = { .router = addr_of("10.2.1.1"), .kind = INBAND_EXPIRED };

	answer.router.bytes[2] = (uint8_t)ttl;
	if (ttl >= world.scene->hops || ttl == world.scene->nat_ttl)
		answer.router = world.trace.flow.peer;
	if (ttl >= world.scene->hops)
		answer.kind = INBAND_REACHED;
	answer.rtt_ns = world.now_ns - world.trace.probes[a->id].sent_ns;
	a->at_ns = 0;
	inband_trace_answered(&world.trace, a->id, &answer);
}

static struct arriving *next_answer(void)
{
	struct arriving *first = NULL;

	for (unsigned i = 0; i < ANSWERS; i++)
		if (world.arriving[i].at_ns && (!first || world.arriving[i].at_ns < first->at_ns))
			first = &world.arriving[i];
	return first;
}

static struct tcp_segment acknowledgement(uint32_t ack)
{
	return (struct tcp_segment){ .flags = TCP_ACK,
		.ack = ack,
		.ttl = (uint8_t)(64 - world.scene->hops - world.scene->seems + 1) };
}

/* The request has come, and the response begins with a head of 300 bytes. */
static void begin_trace(const struct scene *s, unsigned rtt_us, bool is_tls)
{
	const struct tcp_segment ours = { .flags = TCP_ACK, .seq = BASE - 1, .window = 501 };
	const struct position_told told = { BASE, BASE + HEAD, (uint8_t)(64 - s->hops - s->seems + 1) };

	memset(&world.trace, 0, sizeof(world.trace));
	memset(world.arriving, 0, sizeof(world.arriving));
	memset(world.full_ns, 0, sizeof(world.full_ns));
	world.scene = s;
	world.now_ns = 1000 * msec_ns;
	world.rtt_ns = rtt_us * UINT64_C(1000);
	world.told_silent = 0;
	world.trace.flow.peer = addr_of("10.1.1.10");
	world.trace.asked_ns = world.now_ns;
	world.trace.rtt_ns = world.rtt_ns;
	world.trace.rtt_var_ns = world.rtt_ns / 2; /* as after a handshake */
	world.trace.sent_bytes = is_tls ? 3000 : 0;
	world.trace.max_ttl = INBAND_HOPS;
	world.trace.attempts = INBAND_ATTEMPTS;
	position_set(&world.trace.position, &told);
	position_on_ours(&world.trace.position, &ours);
}

static void pass_until(uint64_t due_ns, uint64_t *ack_ns)
{
	const struct tcp_segment head = acknowledgement(BASE + HEAD);
	struct arriving *a = next_answer();

	if (*ack_ns && *ack_ns <= due_ns && (!a || *ack_ns <= a->at_ns)) {
		world.now_ns = *ack_ns;
		*ack_ns = 0;
		position_on_peers(&world.trace.position, &head);
	} else if (a && a->at_ns <= due_ns) {
		world.now_ns = a->at_ns;
		arrive(a);
	} else {
		world.now_ns = due_ns;
	}
}

/* The visitor's time from the request to the last line, in ms. */
static double run_trace(const struct scene *s, unsigned rtt_us, bool is_tls)
{
	uint64_t start_ns, ack_ns;

	begin_trace(s, rtt_us, is_tls);
	start_ns = world.now_ns;
	ack_ns = start_ns + world.rtt_ns;
	for (;;) {
		struct inband_trace_action action = inband_trace_next(&world.trace, world.now_ns);

		if (action.step == INBAND_STEP_END)
			break;
		if (action.step == INBAND_STEP_SEND)
			send(action.ttl, action.attempt);
		else if (action.step == INBAND_STEP_SILENT)
			world.told_silent |= 1U << (action.ttl - 1);
		else if (action.due_ns > world.now_ns)
			pass_until(action.due_ns, &ack_ns);
	}
	return (double)(world.now_ns - start_ns + world.rtt_ns) / (double)msec_ns;
}

static double goal_of(const struct scene *s, unsigned rtt_us, bool is_tls)
{
	return rtt_us / 1e3 * ((is_tls ? 2 : 3) + s->more_rtts) + 100 + s->more_ms;
}

static const struct scene scenes[] = {
	{ .name = "every router answers", .hops = 5, .more_probes = 4 },
	{ .name = "far away", .hops = 20, .more_probes = 4 },
	{ .name = "behind a slow line", .hops = 5, .is_slow_at_once = true, .more_probes = 4 },
	{ .name = "next to it", .hops = 1, .more_probes = 4 },
	{ .name = "behind a NAT box", .hops = 6, .nat_ttl = 5, .more_probes = 4 },
	{ .name = "routers with a burst of six", .hops = 5, .burst = 0xf, .more_probes = 4 },
	{ .name = "routers with one error a second", .hops = 5, .limited = 0xf, .more_probes = 4 },
	{ .name = "a silent router", .hops = 5, .silent = 1 << 1, .more_rtts = 1, .more_ms = 200, .more_probes = 5 },
	{ .name = "the last router is silent",
		.hops = 5,
		.silent = 1 << 3,
		.more_rtts = 1,
		.more_ms = 200,
		.more_probes = 5 },
	{ .name = "all routers are silent",
		.hops = 5,
		.silent = 0xf,
		.more_rtts = 1,
		.more_ms = 200,
		.more_probes = 8 },
	{ .name = "the peer's segments take one hop more", .hops = 5, .seems = 1, .more_probes = 7 },
	{ .name = "they take one less", .hops = 5, .seems = -1, .more_probes = 1 },
	{ .name = "they take one less, behind a slow line",
		.hops = 5,
		.seems = -1,
		.is_slow_at_once = true,
		.more_probes = 1 },
	{ .name = "they take one less, a silent router",
		.hops = 5,
		.seems = -1,
		.silent = 1 << 1,
		.more_rtts = 1,
		.more_ms = 200,
		.more_probes = 2 },
	{ .name = "they take two less", .hops = 8, .seems = -2, .more_rtts = 1, .more_probes = 4 },
	{ .name = "they take five less", .hops = 10, .seems = -5, .more_rtts = 2, .more_probes = 4 },
};

static void takes_as_many_round_trips_as_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		for (unsigned r = 0; r < 10; r++) {
			const struct scene *s = &scenes[i];
			unsigned rtt_us = rtts_us[r / 2];
			double goal_ms = goal_of(s, rtt_us, r % 2), took_ms = run_trace(s, rtt_us, r % 2);

			if (getenv("INBAND_FIGURES"))
				printf("# %-35s %s RTT %5.1f ms: %6.1f of %6.1f ms, %u of %u probes\n", s->name,
					r % 2 ? "TLS  " : "plain", rtt_us / 1e3, took_ms, goal_ms,
					world.trace.probe_count, s->hops * 3 + s->more_probes);
			if (took_ms > goal_ms || world.trace.end_ttl != s->hops ||
				world.trace.probe_count > s->hops * 3 + s->more_probes ||
				world.told_silent != s->silent)
				fail_msg("%s, RTT %.1f ms, %s: %.1f ms, goal %.1f, end at %u, %u probes, silent %x",
					s->name, rtt_us / 1e3, r % 2 ? "TLS" : "plain", took_ms, goal_ms,
					world.trace.end_ttl, world.trace.probe_count, world.told_silent);
		}
}

static int by_size(const void *a, const void *b)
{
	return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

/* One in twenty is lost: the median has the same goal, and no hop is missing. */
static void bears_loss(void **state)
{
	static const struct scene s = { .hops = 8, .loss = 5 };

	(void)state;
	for (unsigned r = 0; r < sizeof(rtts_us) / sizeof(rtts_us[0]); r++) {
		double took_ms[SEEDS];
		unsigned missing = 0, unreached = 0;

		for (unsigned i = 0; i < SEEDS; i++) {
			world.seed = i + 1;
			took_ms[i] = run_trace(&s, rtts_us[r], true);
			missing += world.told_silent != 0;
			unreached += world.trace.end_ttl != s.hops;
		}
		qsort(took_ms, SEEDS, sizeof(took_ms[0]), by_size);
		if (getenv("INBAND_FIGURES"))
			printf("# loss 5%%, RTT %5.1f ms: median %6.1f, worst %6.1f ms, %u with a silent hop\n",
				rtts_us[r] / 1e3, took_ms[SEEDS / 2], took_ms[SEEDS - 1], missing);
		assert_true(took_ms[SEEDS / 2] <= goal_of(&s, rtts_us[r], true));
		assert_int_equal(missing, 0);
		assert_in_range(unreached, 0, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_as_many_round_trips_as_it_must),
		cmocka_unit_test(bears_loss),
	};

	return cmocka_run_group_tests_name("inband, schedule", tests, NULL, NULL);
}
