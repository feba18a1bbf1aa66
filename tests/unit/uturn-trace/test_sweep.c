/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sweeps after a trace: one flow a second, all its hops, and what --live makes of them. */
#include "tests/packets.h"

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/trace_wire.h"
#include "tools/uturn-trace/live_rows.h"
#include "tools/uturn-trace/live_stats.h"
#include "tools/uturn-trace/run.h"

enum { HOPS = 4, RETURN_HOPS = 4 /* three routers and this host */ };

struct swept {
	struct run *run;
	struct trace_wire *wire;
	struct live_stats stats;
	unsigned sent, answered, wanted; /* wanted: answers, after which it ends */
	unsigned goes_after; /* answers: then nothing can be sent, until the error was seen; 0: never */
	bool has_seen_error;
	ev_timer on_time;
	unsigned changes_after; /* answers: then hop 2 has another router; 0: never */
};

static void told(void *owner, const struct run_sample *s)
{
	struct swept *swept = owner;

	live_stats_add(&swept->stats, s);
	assert_in_range(s->hop, 1, s->direction == THERE ? HOPS : RETURN_HOPS);
	if (!s->from.family) {
		const struct sent *sent = swept->wire->world->answers.sent;

		swept->sent++;
		if (s->direction == THERE) /* to that hop, or surely behind; no trial of a u-turn */
			assert_true(sent->probes[sent->count - 1].ttl == s->hop || s->hop == HOPS);
		assert_int_not_equal(sent->probes[sent->count - 1].ttl, s->direction == THERE ? HOPS + 1 : HOPS);
		return;
	}
	if (++swept->answered == swept->wanted)
		run_stop(swept->run);
	if (swept->answered == swept->goes_after)
		swept->wire->is_away = true;
	if (swept->answered == swept->changes_after)
		swept->wire->changes_at = swept->wire->runs;
}

static void look(struct ev_loop *ev, ev_timer *w, int events)
{
	struct swept *s = w->data;

	(void)ev;
	(void)events;
	if (!s->wire->is_away || !run_sweep_error(s->run))
		return;
	assert_string_equal(run_sweep_error(s->run), "Network is unreachable");
	s->has_seen_error = true;
	s->wire->is_away = false;
}

/* Traces and sweeps this network; the rows of --live afterwards. */
static unsigned sweep(struct swept *s, struct trace_wire *wire, struct view_row *rows)
{
	static const struct trace_record no_record;
	const struct trace_options o = { .flow = -1,
		.confidence = 0.05,
		.reverse = wire->turns ? REVERSE_UTURN : REVERSE_NONE,
		.queries = 1,
		.max_ttl = 8,
		.gap = 2,
		.rate = 10000,
		.port = 33434,
		.timeout_ns = 40000000,
		.deadline_ns = 5000000000 };
	const struct aim aim = trace_wire_aim();
	struct live_world *world = calloc(1, sizeof(*world));
	char why[200] = "";
	unsigned count;

	assert_non_null(world);
	s->wire = wire;
	assert_int_equal(run_open(&s->run, ev_default_loop(0), &o, &aim, false), 0);
	trace_wire_open(wire, run_world(s->run));
	assert_int_equal(run_trace(s->run, &wire->wire, why, sizeof(why)), RUN_DONE);
	ev_timer_init(&s->on_time, look, 0.1, 0.1);
	s->on_time.data = s;
	ev_timer_start(ev_default_loop(0), &s->on_time);
	assert_int_equal(run_sweep(s->run, told, s, why, sizeof(why)), RUN_INTERRUPTED);
	ev_timer_stop(ev_default_loop(0), &s->on_time);
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		world->searches[d] = run_search(s->run, d);
	world->stats = &s->stats;
	world->record = &no_record;
	world->path = LIVE_ALL_PATHS;
	live_losses_find(&world->losses, world->searches);
	count = live_rows(world, rows);
	run_close(s->run);
	trace_wire_close(wire);
	free(world);
	return count;
}

static const struct view_row *row_of(const struct view_row *rows, unsigned count, const char *label)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(rows[i].label, label) == 0)
			return &rows[i];
	fail_msg("%s: no such row", label);
	return NULL;
}

/* One more where the machine has stood still for a second. */
static void assert_bars(const struct view_row *row, unsigned count)
{
	assert_in_range(row->bar_count, count, count + 1);
}

static void two_seconds(void **state)
{
	struct swept *s = calloc(1, sizeof(*s));
	struct view_row *rows = calloc(LIVE_ROWS, sizeof(*rows));
	struct trace_wire wire = { .runs = 0 };
	unsigned count;

	(void)state;
	assert_non_null(s);
	assert_non_null(rows);
	s->wanted = 2 * HOPS; /* two flows take every link: one each second */
	count = sweep(s, &wire, rows);
	assert_int_equal(count, 1 + 5);
	assert_in_range(s->sent, 2 * HOPS, 3 * HOPS); /* more where the machine has stood still */
	assert_string_equal(rows[0].label, "there");
	assert_bars(row_of(rows, count, "10.1.1.1"), 2);
	assert_bars(row_of(rows, count, "10.1.2.1"), 1);
	assert_bars(row_of(rows, count, "10.1.2.2"), 1);
	assert_int_equal(row_of(rows, count, "203.0.113.80")->hop, 4);
	assert_true(row_of(rows, count, "10.1.2.1")->share > 0);
	assert_int_equal(row_of(rows, count, "10.1.1.1")->share, -1);
	assert_int_equal(row_of(rows, count, "203.0.113.80")->loss, -1); /* of so few it is not stated */
	free(rows);
	free(s);
}

/* Each sweep of the forward path has the target itself, and not what it turns. */
static void a_return_path(void **state)
{
	struct swept *s = calloc(1, sizeof(*s));
	struct view_row *rows = calloc(LIVE_ROWS, sizeof(*rows));
	struct trace_wire wire = { .turns = true };
	unsigned count;

	(void)state;
	assert_non_null(s);
	assert_non_null(rows);
	s->wanted = 3 * (HOPS + RETURN_HOPS);
	count = sweep(s, &wire, rows);
	for (unsigned i = 0; i < count; i++)
		if (strstr(rows[i].marks, "new"))
			fail_msg("%s is new", rows[i].label);
	assert_int_equal(count, 1 + 5 + 1 + RETURN_HOPS);
	assert_bars(row_of(rows, count, "203.0.113.80"), 3);
	assert_string_equal(rows[6].label, "back");
	assert_int_equal(rows[7].hop, HOPS + 1);
	assert_bars(row_of(rows, count, "10.2.3.1"), 3);
	assert_bars(row_of(rows, count, "10.1.1.10"), 3);
	free(rows);
	free(s);
}

static void the_network_goes_and_comes_back(void **state)
{
	struct swept *s = calloc(1, sizeof(*s));
	struct view_row *rows = calloc(LIVE_ROWS, sizeof(*rows));
	struct trace_wire wire = { .runs = 0 };

	(void)state;
	assert_non_null(s);
	assert_non_null(rows);
	s->wanted = 3 * HOPS;
	s->goes_after = HOPS;
	sweep(s, &wire, rows);
	assert_true(s->has_seen_error);
	free(rows);
	free(s);
}

static void another_router(void **state)
{
	struct swept *s = calloc(1, sizeof(*s));
	struct view_row *rows = calloc(LIVE_ROWS, sizeof(*rows));
	struct trace_wire wire = { .runs = 0 };
	unsigned count;

	(void)state;
	assert_non_null(s);
	assert_non_null(rows);
	s->wanted = 3 * HOPS;
	s->changes_after = HOPS;
	count = sweep(s, &wire, rows);
	assert_string_equal(row_of(rows, count, "10.1.2.9")->marks, "new: r traces again");
	assert_bars(row_of(rows, count, "10.1.2.9"), 1);
	free(rows);
	free(s);
}

/* An answer of another router is counted for that one, and the one that was expected has not lost a probe. */
static void who_answers(void **state)
{
	struct live_stats *s = calloc(1, sizeof(*s));
	struct run_sample p = { .direction = BACK, .flow = 7, .hop = 3, .expected = addr_of("10.0.0.1"), .sent_ms = 5 };
	const struct addr other = addr_of("10.0.0.2");

	(void)state;
	assert_non_null(s);
	live_stats_add(s, &p);
	assert_int_equal(live_stats_router(s, BACK, 3, &p.expected)->times.sent, 1);
	assert_null(live_stats_router(s, THERE, 3, &p.expected));
	p.from = other;
	p.rtt_us = 900;
	live_stats_add(s, &p);
	assert_int_equal(live_stats_router(s, BACK, 3, &other)->times.answered, 1);
	assert_int_equal(live_stats_router(s, BACK, 3, &p.expected)->times.kept[0].state, SERIES_NONE);
	assert_true(addr_equal(&live_stats_path(s, BACK, 7)->met[3], &other));
	assert_int_equal(live_stats_path(s, BACK, 7)->times[3].last_us, 900);
	for (unsigned i = 0; i < 2 * LIVE_ROUTERS; i++) { /* what has no place is left out */
		p.expected.bytes[1] = (uint8_t)(i >> 8);
		p.expected.bytes[2] = (uint8_t)i;
		p.from.family = 0;
		p.flow = (uint16_t)i;
		live_stats_add(s, &p);
	}
	assert_int_equal(s->router_count, LIVE_ROUTERS);
	assert_int_equal(s->path_counts[BACK], LOSS_FLOWS);
	live_stats_clear(s);
	assert_null(live_stats_path(s, BACK, 7));
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_seconds),
		cmocka_unit_test(a_return_path),
		cmocka_unit_test(the_network_goes_and_comes_back),
		cmocka_unit_test(another_router),
		cmocka_unit_test(who_answers),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
