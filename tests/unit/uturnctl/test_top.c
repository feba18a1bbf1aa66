/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `uturnctl top` makes of uturnd's answers, and how it looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tools/uturnctl/top_model.h"
#include "tools/uturnctl/top_view.h"

static struct top_model top;
static struct view_screen top_screen;

static json_t *parsed_answer(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

static void tell_status(const char *text)
{
	json_t *o = parsed_answer(text);

	top_model_status(&top, o);
	json_decref(o);
}

static void tell_counters(const char *text, uint64_t now_ns)
{
	json_t *o = parsed_answer(text);

	top_model_counters(&top, o, now_ns);
	json_decref(o);
}

static void tell_traces(const char *text)
{
	json_t *o = parsed_answer(text);

	top_model_traces(&top, o);
	json_decref(o);
}

static void tell_event(const char *text)
{
	json_t *o = parsed_answer(text);

	top_model_event(&top, o, "12:00:00");
	json_decref(o);
}

static const char *shown_at(const struct top_view *v, unsigned columns, unsigned lines, unsigned line)
{
	top_screen.columns = columns;
	top_screen.lines = lines;
	top_view_draw(v, &top, &top_screen);
	return top_screen.text[line];
}

#define TRACE(id, prober, ttl, yes, no, age) \
	"{\"id\":" #id ",\"prober\":\"" prober "\",\"target\":\"203.0.113.80\",\"frontend\":\"uturn\"," \
	"\"protocol\":\"udp\",\"ttl\":" #ttl ",\"hops_answered\":" #yes ",\"hops_silent\":" #no ",\"age_s\":" #age "}"
#define THREE \
	"{\"traces\":[" TRACE(7, "198.51.100.9", 5, 3, 1, 0.4) "," TRACE(8, "2001:db8::1", 9, 0, 0, 0.1) "," TRACE(9, \
		"192.0.2.7", 2, 1, 0, 2.5) "]}"

static void rates_are_differences(void **state)
{
	(void)state;
	top_model_init(&top);
	tell_counters("{\"turned\":100,\"relayed\":90,\"arrived\":5,\"checksum\":7,\"expired\":1000}", 1000000000);
	assert_true(top.rates.turned < 0 && top.rates.probes < 0 && top.rates.relayed < 0);
	tell_counters("{\"turned\":120,\"relayed\":100,\"arrived\":7,\"checksum\":9,\"expired\":9000}", 3000000000);
	assert_true(top.rates.turned == 10 && top.rates.relayed == 6);
	assert_true(top.rates.probes == 11); /* each probe ends once; what is counted beside it is not another */
	tell_counters("{\"turned\":1}", 4000000000); /* another uturnd, which has counted less */
	assert_true(top.rates.turned < 0);
	tell_counters("{\"turned\":3}", 5000000000);
	assert_true(top.rates.turned == 2);
	tell_counters("{\"turned\":3}", 5000000000); /* no time has passed */
	assert_true(top.rates.turned < 0);
	top_model_down(&top, "gone");
	tell_counters("{\"turned\":30}", 9000000000);
	assert_true(top.rates.turned < 0);
}

static void shows_its_head(void **state)
{
	const struct top_view v = { .sort = TOP_BY_AGE };

	(void)state;
	top_model_init(&top);
	tell_status("{\"version\":\"1.2\",\"uptime_s\":90061,\"flights\":12,\"capacity\":65536,\"probers_60s\":3,"
		    "\"queue\":\"5:6\"}");
	assert_string_equal(shown_at(&v, 80, 24, 0), "uturnd 1.2, up 1 d 1 h");
	assert_string_equal(shown_at(&v, 80, 24, 1),
		"probes -/s   turned -/s   relayed -/s   flights 12 of 65536   probers 3");
	top_model_host(&top, NULL, "    5 1 0 2 9 0 0 0 1\n    6 1 2 2 9 3 4 0 1\n");
	assert_string_equal(shown_at(&v, 80, 24, 2), "rules not kept   queue 5:6: 2 waiting, 7 lost");
	assert_int_equal(top_screen.look[2], VIEW_PLAIN);
	top_model_host(&top, NULL, "    5 1 0 2 9 0 0 0 1\n");
	assert_non_null(strstr(shown_at(&v, 80, 24, 2), "queue 5:6: no listener"));
	assert_int_equal(top_screen.look[2], VIEW_LOSS);
	top_model_host(&top, NULL, NULL); /* not root */
	assert_string_equal(shown_at(&v, 80, 24, 2), "rules not kept   queue 5:6");
	top_model_down(&top, "socket /s: No such file or directory");
	assert_non_null(strstr(shown_at(&v, 80, 24, 0), "uturnd does not answer: socket /s: No such file"));
	assert_int_equal(top_screen.look[0], VIEW_LOSS);
	tell_status("{}");
	assert_string_equal(shown_at(&v, 80, 24, 0), "uturnd");
	tell_status("{\"version\":\"1.2\",\"uptime_s\":90061,\"draining_s\":598}");
	assert_string_equal(shown_at(&v, 80, 24, 0), "uturnd 1.2, up 1 d 1 h, draining, 9 min 58 s left");
}

static void sorts_filters_and_chooses(void **state)
{
	static const struct {
		enum top_sort sort;
		const char *filter, *first;
		json_int_t below; /* the trace under the first; 0: there is none */
	} rows[] = {
		{ TOP_BY_AGE, "", "2001:db8::1 ", 7 },
		{ TOP_BY_PROBER, "", "192.0.2.7 ", 7 },
		{ TOP_BY_TTL, "", "2001:db8::1 ", 7 },
		{ TOP_BY_ANSWERED, "", "2001:db8::1 ", 7 },
		{ TOP_BY_RTT, "", "192.0.2.7 ", 7 },
		{ TOP_BY_AGE, "198.51", "198.51.100.9 ", 7 },
		{ TOP_BY_AGE, "udp", "2001:db8::1 ", 7 },
		{ TOP_BY_AGE, "tcp", "no trace that goes on has that", 0 },
	};

	(void)state;
	top_model_init(&top);
	tell_status("{}");
	tell_event("{\"event\":\"relayed\",\"prober\":\"192.0.2.7\",\"rtt_ms\":31.25,\"ttl\":2}");
	tell_traces(THREE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct top_view v = { .sort = rows[i].sort };
		const char *text;

		snprintf(v.filter, sizeof(v.filter), "%s", rows[i].filter);
		text = shown_at(&v, 80, 24, 5);
		if (strncmp(text, rows[i].first, strlen(rows[i].first)) != 0)
			fail_msg("row %zu: %s", i, text);
		assert_int_equal(top_view_move(&v, &top, 1), rows[i].below);
		assert_int_equal(top_view_move(&v, &top, -100), top_view_move(&v, &top, 0));
	}
}

static void shows_a_trace_in_columns(void **state)
{
	struct top_view v = { .sort = TOP_BY_PROBER };

	(void)state;
	top_model_init(&top);
	tell_status("{}");
	tell_event("{\"event\":\"relayed\",\"prober\":\"198.51.100.9\",\"rtt_ms\":31.25,\"ttl\":2}");
	tell_traces(THREE);
	assert_string_equal(shown_at(&v, 80, 24, 4),
		"Prober                 Front end  Proto   TTL  Back  Answered        RTT     Age");
	assert_string_equal(shown_at(&v, 80, 24, 6),
		"198.51.100.9           uturn      udp       5     4      75 %    31.2 ms   0.4 s");
	assert_string_equal(shown_at(&v, 80, 24, 7),
		"2001:db8::1            uturn      udp       9     0         -          -   0.1 s");
	v.chosen = 8;
	shown_at(&v, 80, 24, 0);
	assert_int_equal(top_screen.look[7], VIEW_CHOSEN);
	assert_non_null(strstr(shown_at(&v, 120, 40, 4), "Target"));
	assert_non_null(strstr(shown_at(&v, 120, 40, 6), "203.0.113.80"));
}

static void shows_hops(void **state)
{
	json_t *answer = parsed_answer(
		"{\"traces\":[{\"id\":7,\"prober\":\"a\",\"target\":\"b\",\"frontend\":\"uturn\","
		"\"protocol\":\"udp\",\"hops\":[{\"ttl\":1,\"routers\":[{\"router\":\"10.2.1.1\","
		"\"rtts_ms\":[0.25,1]},{\"router\":\"10.2.1.2\",\"rtts_ms\":[3]}]},"
		"{\"ttl\":2,\"routers\":[]},{\"ttl\":3},7]}]}");
	const struct top_view v = { .sort = TOP_BY_AGE };

	(void)state;
	top_model_init(&top);
	tell_status("{}");
	top.shown = 7;
	top_model_hops(&top, answer);
	json_decref(answer);
	assert_non_null(strstr(shown_at(&v, 80, 24, 4), "a to b, uturn, udp: the return path"));
	assert_string_equal(shown_at(&v, 80, 24, 5), "  1  10.2.1.1  0.250 ms  1.000 ms  10.2.1.2  3.000 ms");
	assert_string_equal(shown_at(&v, 80, 24, 6), "  2  *");
	assert_string_equal(shown_at(&v, 80, 24, 8), "  0  *");
}

/* More of everything than there is room for, and text that could steer a terminal; at every size. */
static void stays_in_its_bounds(void **state)
{
	struct top_view v = { .sort = TOP_BY_RTT };
	json_t *list = json_array(), *answer = json_pack("{so}", "traces", list);

	(void)state;
	top_model_init(&top);
	for (int i = 0; i < TOP_TRACES + 50; i++) {
		json_array_append_new(list,
			json_pack("{si ss ss ss sf}", "id", i + 1, "prober",
				"\033[2J\x01 a name that is far longer than any address can be, for it is no address",
				"target", "\xc3\xb6", "frontend", "a word that is too long", "age_s", 1e300));
		tell_event(
			"{\"event\":\"relayed\\u001b[2J\",\"prober\":\"\\u001b]0;x\",\"rtt_ms\":1e300,\"ttl\":99999999}");
	}
	tell_status(
		"{\"version\":\"\\u001b[31m a version that is too long\",\"uptime_s\":1e300,\"queue\":\"0:4294967295\"}");
	top_model_traces(&top, answer);
	top_model_host(&top, answer, "");
	json_decref(answer);
	assert_int_equal(top.trace_count, TOP_TRACES);
	for (unsigned columns = 1; columns < 200; columns += 7) {
		for (unsigned lines = 1; lines < 300; lines += 9) {
			top_screen.columns = columns;
			top_screen.lines = lines;
			v.is_help = lines % 2;
			v.chosen = top_view_move(&v, &top, (int)lines);
			top_view_draw(&v, &top, &top_screen);
			for (unsigned i = 0; i < lines && i < VIEW_LINES; i++) {
				assert_true(strlen(top_screen.text[i]) <= columns);
				for (const char *c = top_screen.text[i]; *c; c++)
					assert_true(*c >= ' ' && *c <= '~');
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_differences),
		cmocka_unit_test(shows_its_head),
		cmocka_unit_test(sorts_filters_and_chooses),
		cmocka_unit_test(shows_a_trace_in_columns),
		cmocka_unit_test(shows_hops),
		cmocka_unit_test(stays_in_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
