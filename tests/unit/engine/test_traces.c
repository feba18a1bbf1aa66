/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces as their events make them: when one begins and ends, what is kept of it, and what a flood cannot evict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "engine/traces.h"

static const uint64_t ms_ns = 1000000;

static struct traces traces;

static void traces_begin(void)
{
	memset(&traces, 0, sizeof(traces));
	traces_init(&traces, (const uint64_t[2]){ 1, 2 }, (struct shard){ 0 });
}

static struct addr address(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

/* One row of a story. A blank prober ends it. */
struct told {
	unsigned at_ms;
	const char *prober;
	uint8_t ttl;
	enum reason reason;
	const char *router; /* NULL: none */
	unsigned rtt_us;
	enum front_end front;
	uint8_t protocol; /* 0: UDP */
};

#define AT(ms, who, k, what) .at_ms = (ms), .prober = (who), .ttl = (k), .reason = REASON_##what
#define ANSWER(ms, who, k, what, by, us) AT(ms, who, k, what), .router = (by), .rtt_us = (us)

static void tell(const struct told *told)
{
	struct event e = {
		.at_ns = told->at_ms * ms_ns,
		.rtt_ns = told->rtt_us * (uint64_t)1000,
		.reason = told->reason,
		.prober = address(told->prober),
		.target = address(strchr(told->prober, ':') ? "2001:db8::80" : "203.0.113.80"),
		.protocol = told->protocol ? told->protocol : 17,
		.ttl = told->ttl,
		.front = (uint8_t)told->front,
		.is_end = told->reason == REASON_ARRIVED || told->reason == REASON_ASSUMED ||
			told->reason == REASON_REACHED,
	};

	if (told->router)
		e.router = address(told->router);
	traces_on_time(&traces, e.at_ns);
	traces_on_event(&traces, &e);
}

/* "ID PROBER FRONT/PROTOCOL PROBES in MS END: HOP ROUTER US..., ..." */
static void print(const struct trace *t, char text[512])
{
	static const char *const ends[] = { "arrived", "stopped", "limited" };
	char address_text[ADDR_TEXT_SIZE];
	size_t used = (size_t)snprintf(text, 512, "%u %s %u/%u %u in %u %s:", (unsigned)t->id,
		addr_text(&t->prober, address_text), t->front, t->protocol, t->probes,
		(unsigned)((t->active_ns - t->began_ns) / ms_ns), t->ended_ns ? ends[t->end] : "open");

	for (unsigned hop = 1; hop <= trace_last_hop(t); hop++) {
		used += (size_t)snprintf(text + used, 512 - used, "%s %u", hop > 1 ? "," : "", hop);
		for (unsigned i = 0; i < trace_kept(t, hop); i++)
			used += (size_t)snprintf(text + used, 512 - used, " %s %u",
				addr_text(&t->routers[t->routers_of[hop - 1][i]], address_text),
				(unsigned)t->rtt_us[hop - 1][i]);
	}
}

static void assert_ended(uint64_t number, const char *expected)
{
	struct trace trace;
	char text[512] = "none";

	if (traces_read_ended(&traces, number, &trace))
		print(&trace, text);
	assert_string_equal(text, expected);
}

static unsigned open_count(void)
{
	unsigned count = 0;
	struct trace trace;

	for (unsigned i = 0; i < TRACES_OPEN; i++)
		count += traces_read_open(&traces, i, &trace);
	assert_int_equal(count, traces.count);
	return count;
}

enum { STORY = 12, ALL = 60000 };

static const struct {
	const char *name;
	struct told story[STORY];
	const char *ended[2]; /* after a minute */
} stories[] = {
	{ "the end arrives, and the rest of the last hop after it",
		{ { AT(0, "192.0.2.7", 1, INFLECTION) }, { AT(1, "192.0.2.7", 2, TURNED) },
			{ AT(2, "192.0.2.7", 3, TURNED) }, { AT(3, "192.0.2.7", 4, TURNED) },
			{ ANSWER(4, "192.0.2.7", 3, RELAYED, "10.2.2.1", 2000) },
			{ ANSWER(5, "192.0.2.7", 4, ARRIVED, "192.0.2.7", 9000) }, { AT(2900, "192.0.2.7", 4, TURNED) },
			{ ANSWER(2910, "192.0.2.7", 4, ARRIVED, "192.0.2.7", 10000) } },
		{ "1 192.0.2.7 0/17 5 in 2910 arrived: 1, 2 10.2.2.1 2000, 3 192.0.2.7 9000 192.0.2.7 10000" } },
	{ "the next trace of the same prober, after the end of the first",
		{ { AT(0, "192.0.2.7", 2, TURNED) }, { ANSWER(1, "192.0.2.7", 2, ARRIVED, "192.0.2.7", 10) },
			{ AT(3000, "192.0.2.7", 1, SILENT) } },
		{ "1 192.0.2.7 0/17 1 in 1 arrived: 1 192.0.2.7 10", "2 192.0.2.7 0/17 1 in 0 stopped:" } },
	{ "silence of 10 s, and not a millisecond less",
		{ { AT(0, "192.0.2.7", 2, TURNED) }, { AT(9999, "192.0.2.7", 3, TURNED) },
			{ AT(19999, "192.0.2.7", 4, TURNED) } },
		{ "1 192.0.2.7 0/17 2 in 9999 stopped:", "2 192.0.2.7 0/17 1 in 0 stopped:" } },
	{ "a limit has dropped a probe, which alone begins no trace",
		{ { AT(0, "192.0.2.7", 2, LIMIT_TOTAL) }, { AT(1, "192.0.2.7", 2, TURNED) },
			{ AT(2, "192.0.2.7", 3, LIMIT_PROBER) },
			{ ANSWER(3, "192.0.2.7", 2, RELAYED, "10.2.1.1", 700) } },
		{ "1 192.0.2.7 0/17 2 in 2 limited: 1 10.2.1.1 700" } },
	{ "a limit has dropped a probe, but the end has arrived",
		{ { AT(1, "192.0.2.7", 2, TURNED) }, { AT(2, "192.0.2.7", 3, LIMIT_NETWORK) },
			{ ANSWER(3, "192.0.2.7", 2, ARRIVED, "192.0.2.7", 700) } },
		{ "1 192.0.2.7 0/17 2 in 2 arrived: 1 192.0.2.7 700" } },
	{ "two probers and both families, interleaved",
		{ { AT(0, "192.0.2.7", 2, TURNED) }, { AT(1, "2001:db8:7::7", 2, TURNED) },
			{ ANSWER(2, "192.0.2.7", 2, RELAYED, "10.2.1.1", 700) },
			{ ANSWER(3, "2001:db8:7::7", 2, RELAYED, "2001:db8:2::1", 800) },
			{ AT(4, "192.0.2.7", 3, PACED) } },
		{ "2 2001:db8:7::7 0/17 1 in 2 stopped: 1 2001:db8:2::1 800",
			"1 192.0.2.7 0/17 2 in 4 stopped: 1 10.2.1.1 700" } },
	{ "another protocol is another trace",
		{ { AT(0, "192.0.2.7", 2, TURNED) }, { AT(1, "192.0.2.7", 2, TURNED), .protocol = 6 } },
		{ "1 192.0.2.7 0/17 1 in 0 stopped:", "2 192.0.2.7 0/6 1 in 0 stopped:" } },
	{ "a request: hops are as they left",
		{ { AT(0, "192.0.2.7", 1, REQUEST_PROBED), .front = FRONT_REQUEST },
			{ ANSWER(1, "192.0.2.7", 1, ANSWERED, "10.2.1.1", 300), .front = FRONT_REQUEST },
			{ AT(2, "192.0.2.7", 2, TURNED) } },
		{ "1 192.0.2.7 2/17 1 in 1 stopped: 1 10.2.1.1 300", "2 192.0.2.7 0/17 1 in 0 stopped:" } },
	{ "along a connection, which says when it is over",
		{ { AT(0, "192.0.2.7", 1, PROBED), .front = FRONT_INBAND, .protocol = 6 },
			{ AT(1, "192.0.2.7", 2, PROBED), .front = FRONT_INBAND, .protocol = 6 },
			{ ANSWER(1, "192.0.2.7", 1, HOP, "10.2.1.1", 300), .front = FRONT_INBAND, .protocol = 6 },
			{ ANSWER(2, "192.0.2.7", 2, REACHED, "192.0.2.7", 500), .front = FRONT_INBAND, .protocol = 6 },
			{ AT(3, "192.0.2.7", 0, TRACED), .front = FRONT_INBAND, .protocol = 6 },
			{ ANSWER(4, "192.0.2.7", 3, REACHED, "192.0.2.7", 500), .front = FRONT_INBAND,
				.protocol = 6 } },
		{ "1 192.0.2.7 1/6 2 in 2 arrived: 1 10.2.1.1 300, 2 192.0.2.7 500" } },
	{ "an end that is assumed: its own hop has no answer",
		{ { AT(0, "192.0.2.7", 2, TURNED) }, { AT(1, "192.0.2.7", 3, TURNED) },
			{ AT(2, "192.0.2.7", 4, TURNED) }, { ANSWER(3, "192.0.2.7", 2, RELAYED, "10.2.1.1", 1) },
			{ AT(4, "192.0.2.7", 4, ASSUMED) } },
		{ "1 192.0.2.7 0/17 3 in 4 arrived: 1 10.2.1.1 1, 2" } },
	{ "of more than three answers the last three are kept",
		{ { AT(0, "192.0.2.7", 2, TURNED) }, { ANSWER(1, "192.0.2.7", 2, RELAYED, "10.2.1.1", 1) },
			{ ANSWER(2, "192.0.2.7", 2, RELAYED, "10.2.1.2", 2) },
			{ ANSWER(3, "192.0.2.7", 2, RELAYED, "10.2.1.1", 3) },
			{ ANSWER(4, "192.0.2.7", 2, RELAYED, "10.2.1.1", 4) } },
		{ "1 192.0.2.7 0/17 1 in 4 stopped: 1 10.2.1.1 4 10.2.1.2 2 10.2.1.1 3" } },
	{ "what belongs to no trace",
		{ { ANSWER(0, "192.0.2.7", 2, RELAYED, "10.2.1.1", 1) }, { AT(0, "192.0.2.7", 2, DENIED) },
			{ AT(0, "192.0.2.7", 2, EXPIRED) } },
		{ NULL } },
};

static void ends_as_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		uint64_t ended = 0;

		print_message("%s\n", stories[i].name);
		traces_begin();
		for (size_t at = 0; at < STORY && stories[i].story[at].prober; at++)
			tell(&stories[i].story[at]);
		for (unsigned at_ms = 0; at_ms <= ALL; at_ms++)
			traces_on_time(&traces, at_ms * ms_ns);
		assert_int_equal(open_count(), 0);
		for (size_t at = 0; at < 2 && stories[i].ended[at]; at++)
			assert_ended(++ended, stories[i].ended[at]);
		assert_int_equal(traces.ended, ended);
	}
}

static void probe_of(unsigned number, unsigned at_ms)
{
	char prober[ADDR_TEXT_SIZE];

	snprintf(prober, sizeof(prober), "10.%u.%u.%u", number >> 16 & 255, number >> 8 & 255, number & 255);
	tell(&(struct told){ AT(at_ms, prober, 2, TURNED) });
}

static void keeps_the_last_ones(void **state)
{
	struct trace trace;

	(void)state;
	traces_begin();
	for (unsigned i = 1; i <= TRACES_ENDED + 1; i++)
		probe_of(i, i * 20000);
	traces_on_time(&traces, UINT64_MAX);
	assert_int_equal(traces.ended, TRACES_ENDED + 1);
	assert_int_equal(traces.totals[FRONT_UTURN][TRACE_STOPPED], TRACES_ENDED + 1);
	assert_false(traces_read_ended(&traces, 0, &trace));
	assert_false(traces_read_ended(&traces, 1, &trace));
	assert_ended(2, "2 10.0.0.2 0/17 1 in 0 stopped:");
	assert_ended(TRACES_ENDED + 1, "1025 10.0.4.1 0/17 1 in 0 stopped:");
	assert_false(traces_read_ended(&traces, TRACES_ENDED + 2, &trace));
}

/* A client sends several probes at once; of a forged source there is one. */
static void outlives_a_flood(void **state)
{
	(void)state;
	traces_begin();
	tell(&(struct told){ AT(0, "192.0.2.7", 2, TURNED) });
	tell(&(struct told){ AT(0, "192.0.2.7", 3, TURNED) });
	for (unsigned i = 0; i < 100000; i++)
		probe_of(i, 1 + i / 1000);
	assert_int_equal(open_count(), TRACES_OPEN);
	assert_int_equal(traces.evicted, 100001 - TRACES_OPEN);
	assert_int_equal(traces.opened, 100001);
	traces_on_time(&traces, 10000 * ms_ns);
	assert_ended(1, "1 192.0.2.7 0/17 2 in 0 stopped:");
	assert_int_equal(traces.ended, 1);
	traces_on_time(&traces, ALL * ms_ns);
	assert_int_equal(open_count(), 0);
	assert_int_equal(traces.ended, TRACES_OPEN);
}

/* Among traces with more than a probe the least recent goes: one that goes on stays. */
static void evicts_the_least_recent(void **state)
{
	struct trace trace = { 0 };

	(void)state;
	traces_begin();
	for (unsigned i = 0; i < 20 * TRACES_OPEN; i++) {
		probe_of(i, i);
		tell(&(struct told){ AT(i, "192.0.2.7", 2, TURNED) });
		probe_of(i, i);
	}
	assert_int_equal(traces.evicted, 20 * TRACES_OPEN + 1 - open_count());
	for (unsigned i = 0; i < TRACES_OPEN && trace.id != 2; i++)
		traces_read_open(&traces, i, &trace);
	assert_int_equal(trace.id, 2);
	assert_int_equal(trace.probes, 20 * TRACES_OPEN);
}

/* Far beyond what is kept: counts stay right, and no index leaves its array. */
static void bounds_a_trace(void **state)
{
	struct trace trace;
	char router[ADDR_TEXT_SIZE];

	(void)state;
	traces_begin();
	tell(&(struct told){ AT(0, "192.0.2.7", 255, REQUEST_PROBED), .front = FRONT_REQUEST });
	for (unsigned i = 1; i <= 1000; i++) {
		snprintf(router, sizeof(router), "10.1.%u.%u", i >> 8, i & 255);
		tell(&(struct told){ ANSWER(1, "192.0.2.7", (uint8_t)i, ANSWERED, router, i), .front = FRONT_REQUEST });
	}
	traces_on_time(&traces, UINT64_MAX);
	assert_true(traces_read_ended(&traces, 1, &trace));
	assert_int_equal(trace.router_count, TRACE_ROUTERS);
	assert_int_equal(trace_last_hop(&trace), TRACE_HOPS);
	assert_int_equal(trace.asked, 0);
}

static void counts_beyond_a_byte(void **state)
{
	struct trace trace;

	(void)state;
	traces_begin();
	tell(&(struct told){ AT(0, "192.0.2.7", 2, TURNED) });
	for (unsigned i = 1; i <= 70000; i++)
		tell(&(struct told){ ANSWER(1, "192.0.2.7", 2, RELAYED, "10.2.1.1", i) });
	traces_on_time(&traces, UINT64_MAX);
	assert_true(traces_read_ended(&traces, 1, &trace));
	assert_int_equal(trace_kept(&trace, 1), TRACE_KEPT);
	assert_int_equal(trace.rtt_us[0][0] + trace.rtt_us[0][1] + trace.rtt_us[0][2], 3 * 69999);
	assert_int_equal(trace.slowest_us, 70000);
}

/* Identifiers of several engines differ. */
static void names_by_engine(void **state)
{
	(void)state;
	traces_begin();
	traces_init(&traces, (const uint64_t[2]){ 1, 2 }, shard_of(2, 3));
	tell(&(struct told){ AT(0, "192.0.2.7", 2, TURNED) });
	tell(&(struct told){ AT(0, "192.0.2.8", 2, TURNED) });
	traces_on_time(&traces, UINT64_MAX);
	assert_ended(traces.kept[0].trace.id == 6 ? 1 : 2, "6 192.0.2.7 0/17 1 in 0 stopped:");
}

/* What another process has not finished writing, or what is broken, is none. */
static void reads_whole_ones_alone(void **state)
{
	struct trace trace;

	(void)state;
	traces_begin();
	probe_of(1, 0);
	traces_on_time(&traces, UINT64_MAX);
	assert_true(traces_read_ended(&traces, 1, &trace));
	traces.kept[0].version++;
	assert_false(traces_read_ended(&traces, 1, &trace));
	traces.kept[0].version--;
	traces.kept[0].trace.front = FRONT_ENDS;
	assert_false(traces_read_ended(&traces, 1, &trace));
	traces.kept[0].trace.front = FRONT_UTURN;
	traces.kept[0].trace.answers[5] = 2;
	traces.kept[0].trace.routers_of[5][1] = TRACE_ROUTERS;
	assert_false(traces_read_ended(&traces, 1, &trace));
	traces.kept[0].trace.answers[5] = 1;
	assert_true(traces_read_ended(&traces, 1, &trace));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_as_it_should),
		cmocka_unit_test(keeps_the_last_ones),
		cmocka_unit_test(outlives_a_flood),
		cmocka_unit_test(evicts_the_least_recent),
		cmocka_unit_test(bounds_a_trace),
		cmocka_unit_test(counts_beyond_a_byte),
		cmocka_unit_test(names_by_engine),
		cmocka_unit_test(reads_whole_ones_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
