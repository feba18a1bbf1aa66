/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A watch over a wire that plays a small network, which changes while it is watched. */
#include "tests/packets.h"

#include <ev.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/trace_wire.h"
#include "tools/uturn-trace/run.h"
#include "tools/uturn-trace/watch.h"
#include "tools/uturn-trace/watch_round.h"

enum { SAID = 8192 };

/* A network, how much memory is in use when two of its runs begin, and which runs were full. */
struct network {
	struct trace_wire wire; /* first */
	unsigned signal_at; /* run; 0: never */
	unsigned full_runs; /* bits by run */
	size_t memory[2];
	unsigned memory_at[2]; /* runs */
};

/* Of a sanitizer's allocator, where there is one. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t memory_in_use(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void measure(struct trace_wire *w)
{
	struct network *n = (struct network *)w;

	for (int i = 0; i < 2; i++)
		if (w->runs == n->memory_at[i])
			n->memory[i] = memory_in_use();
}

/* So many rounds over this network; what was printed is in said. */
static int watch_network(struct network *n, enum trace_format format, unsigned rounds, char said[SAID])
{
	const struct trace_options o = { .flow = -1,
		.confidence = 0.05,
		.reverse = REVERSE_NONE,
		.queries = 1,
		.max_ttl = 8,
		.gap = 2,
		.rate = 10000,
		.port = 33434,
		.timeout_ns = 40000000,
		.deadline_ns = 5000000000,
		.watch_ns = 1000000,
		.format = format,
		.has_no_names = true };
	const struct aim aim = trace_wire_aim();
	struct ev_loop *ev = ev_default_loop(0);
	FILE *out = fmemopen(said, SAID, "w");
	struct known known;
	struct watch_world w = { &o, ev, NULL, &n->wire.wire, &known, NULL, "", out, rounds };
	char why[200];
	int status;

	assert_non_null(out);
	assert_int_equal(known_open(&known, &o, why, sizeof(why)), 0);
	assert_int_equal(run_open(&w.run, ev, &o, &aim, false), 0);
	trace_wire_open(&n->wire, run_world(w.run));
	status = watch(&w);
	run_close(w.run);
	known_close(&known);
	trace_wire_close(&n->wire);
	fclose(out);
	return status;
}

/* What follows the first trace, without the times. */
static const char *changes_of(char said[SAID])
{
	static char lines[SAID];
	char *at = strstr(said, " probes, ");
	size_t len = 0;

	assert_non_null(at);
	*lines = '\0';
	for (at = strchr(at, '\n') + 1; *at; at = strchr(at, '\n') + 1) {
		const int size = (int)(strchr(at, '\n') - at) + 1 - 22;

		assert_true(size > 0 && at[10] == 'T' && at[19] == 'Z');
		len += (size_t)snprintf(lines + len, sizeof(lines) - len, "%.*s", size, at + 22);
	}
	return lines;
}

static void on_full_run(struct trace_wire *w)
{
	struct network *n = (struct network *)w;

	n->full_runs |= (unsigned)(w->world->answers.sent->flows == NULL) << w->runs;
	if (w->runs == n->signal_at)
		raise(SIGUSR1);
}

static void asked_for_a_full_run(void **state)
{
	struct network n = { .wire.on_run = on_full_run, .signal_at = 3 };
	char said[SAID] = "";

	(void)state;
	watch_network(&n, FORMAT_TEXT, 4, said);
	assert_int_equal(n.full_runs, 1 << 1 | 1 << 4);
	assert_int_equal(n.wire.runs, 5);
	assert_string_equal(changes_of(said), "");
}

static void nothing_changes(void **state)
{
	struct network n = { .wire.runs = 0 };
	char said[SAID] = "";

	(void)state;
	assert_int_equal(watch_network(&n, FORMAT_TEXT, 10, said), STATUS_REACHED);
	assert_string_equal(changes_of(said), "");
	assert_int_equal(n.wire.runs, 11);
	assert_non_null(strstr(said, "\n 2  10.1.2."));
}

static void a_router_is_replaced(void **state)
{
	struct network n = { .wire.changes_at = 4 };
	char said[SAID] = "";
	const char *lines;

	(void)state;
	watch_network(&n, FORMAT_TEXT, 8, said);
	lines = changes_of(said);
	assert_non_null(strstr(lines, "there  hop 2    path      10.1.2.2 gone, 10.1.2.9 new  "));
	assert_ptr_equal(strchr(lines, '\n') + 1, strchr(lines, '\0')); /* once */
	assert_int_equal(n.wire.runs, 10); /* the round that differs brings a full run */
}

static void json_has_an_object_a_line(void **state)
{
	struct network n = { .wire.changes_at = 3 };
	char said[SAID] = "", *line;

	(void)state;
	watch_network(&n, FORMAT_JSON, 3, said);
	assert_int_equal(strncmp(said, "{\"time\":\"", 9), 0);
	assert_non_null(
		strstr(said, "\"kind\":\"begin\",\"target\":\"203.0.113.80\",\"protocol\":\"udp\",\"reached\":true,"));
	line = strchr(said, '\n') + 1;
	assert_non_null(strstr(line,
		"\",\"kind\":\"path\",\"direction\":\"there\",\"hop\":2,\"from\":false,\"what\":\"10.1.2.2 gone, 10.1.2.9 new\","
		"\"evidence\":\""));
	assert_string_equal(strchr(line, '\n'), "\n");
}

static void the_target_goes(void **state)
{
	struct network n = { .wire.gone_at = 3 };
	char said[SAID] = "";

	(void)state;
	assert_int_equal(watch_network(&n, FORMAT_TEXT, 3, said), STATUS_NOT_REACHED);
	assert_non_null(strstr(changes_of(said), "there           target    reached -> not reached\n"));
}

static void the_network_goes_and_comes_back(void **state)
{
	struct network n = { .wire.refuses_at = 3 };
	char said[SAID] = "";

	(void)state;
	assert_int_equal(watch_network(&n, FORMAT_TEXT, 5, said), STATUS_REACHED);
	assert_string_equal(changes_of(said), "error  send: Network is unreachable\nerror  over\n");
}

/* WATCH_ROUNDS=5000 for as many. */
static void memory_stays(void **state)
{
	const char *text = getenv("WATCH_ROUNDS");
	const unsigned rounds = text ? (unsigned)atoi(text) : 60;
	struct network n = { .wire.on_run = measure, .memory_at = { rounds / 2, rounds } };
	char said[SAID] = "";

	(void)state;
	watch_network(&n, FORMAT_TEXT, rounds, said);
	assert_string_equal(changes_of(said), "");
	if (n.memory[1] > n.memory[0] + 4096)
		fail_msg("%zu bytes after %u rounds, %zu after %u", n.memory[0], rounds / 2, n.memory[1], rounds);
}

static void new_flows(void **state)
{
	struct watch_round w = { .count = 0 };
	struct trace_record full;

	(void)state;
	trace_record_init(&full);
	for (uint32_t i = 0; i < 30; i++)
		record_add_flow(&full)->id = i;
	w.flows[0] = 3;
	w.flows[1] = 29;
	watch_round_begin(&w, 2, &full, true);
	watch_round_next(&w);
	assert_int_equal(w.count, 2 + WATCH_NEW);
	assert_int_equal(w.flows[0], 3);
	assert_int_equal(w.flows[2], 30);
	watch_round_next(&w);
	assert_int_equal(w.flows[2], 36);
	w.next_new = FLOWS_COUNT - 3;
	watch_round_next(&w);
	assert_int_equal(w.flows[2], 30); /* all were asked */
	watch_round_begin(&w, 2, &full, false);
	watch_round_next(&w);
	assert_int_equal(w.count, 2);
	trace_record_done(&full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changes),
		cmocka_unit_test(a_router_is_replaced),
		cmocka_unit_test(json_has_an_object_a_line),
		cmocka_unit_test(the_target_goes),
		cmocka_unit_test(the_network_goes_and_comes_back),
		cmocka_unit_test(asked_for_a_full_run),
		cmocka_unit_test(memory_stays),
		cmocka_unit_test(new_flows),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
