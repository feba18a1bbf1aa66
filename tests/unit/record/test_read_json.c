/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What print_json() writes is read again; what is wrong is told with its line. */
#include "tests/packets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/read_json.h"
#include "tools/uturn-trace/print.h"

#define HEAD "{\"uturn-trace\":1,\"target\":\"203.0.113.80\",\"protocol\":\"udp\",\"source\":\"10.1.1.10\",\n"
#define FLOWS "\"flows\":[{\"id\":0,\"sport\":20417,\"dport\":33434,\"hops\":2}],\n"
#define ROUTER \
	"{\"id\":\"t1a\",\"direction\":\"there\",\"hops\":[1],\"addresses\":[\"10.1.1.1\"],\"flows\":1,\"marks\":[]}"
#define END \
	"{\"id\":\"t2a\",\"direction\":\"there\",\"hops\":[2],\"addresses\":[\"203.0.113.80\"],\"flows\":1,\"end\":true," \
	"\"marks\":[\"nat\",\"dscp 46>0\"]}"
#define BACK "{\"id\":\"b1a\",\"direction\":\"back\",\"hops\":[1],\"addresses\":[\"10.2.1.1\"],\"flows\":1}"
#define ROUTERS "\"routers\":[" ROUTER "," END "," BACK "],\n"
#define PROBES \
	"\"probes\":[\n[0,1,1,5,400,\"t1a\",11,0,64],\n[0,64,1,5,900,\"t2a\",3,3,63]],\"back-probes\":[[0,3,1,9,1300,\"b1a\",11,0,62,1]]}"

static bool read_text(struct trace_record *r, const char *text, char why[160])
{
	struct span exact = packet_cut(span_of((const uint8_t *)text, strlen(text)), strlen(text));

	trace_record_init(r);
	*why = '\0';
	return read_json(r, (const char *)exact.at, exact.len, why, 160);
}

static void whole(void **state)
{
	struct trace_record r;
	char why[160];

	(void)state;
	if (!read_text(&r, HEAD FLOWS ROUTERS PROBES, why))
		fail_msg("%s", why);
	assert_int_equal(r.router_count, 3);
	assert_int_equal(r.probe_count, 3);
	assert_int_equal(r.probes[0].hop, 1);
	assert_int_equal(r.probes[1].hop, 2); /* the distance of the flow, not the TTL that found it */
	assert_int_equal(r.probes[2].hop, 1);
	assert_int_equal(r.probes[2].direction, RECORD_BACK);
	assert_string_equal(r.routers[1].marks[1], "dscp 46>0");
	assert_true(r.routers[1].is_end);
	trace_record_done(&r);
}

static void errors(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "line 1: the file ends where '{' should be" },
		{ "[]", "line 1: not JSON: '{' expected" },
		{ "{}", "line 1: not a trace of uturn-trace: \"uturn-trace\" is missing" },
		{ "{\"uturn-trace\":2}", "line 1: \"uturn-trace\" is 2, not 1..1" },
		{ "{\"uturn-trace\":1}", "line 1: \"target\" and \"source\" are not addresses of one family" },
		{ "{\"uturn-trace\":1,\n\n\"target\":\"example\"}", "line 3: \"target\" is 'example', not an address" },
		{ HEAD "\"protocol\":\"sctp\"}", "line 2: \"protocol\" is 'sctp', not udp, tcp or icmp" },
		{ HEAD "\"protocol\":7}", "line 2: \"protocol\" is not a string" },
		{ HEAD FLOWS "\"flows\":[{\"id\":0}]}", "line 3: \"id\" is 0, not more than that of the flow before" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[0,300,1,5,null,null,0,0,0]]}", "line 4: \"ttl\" is 300, not 1..255" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[0,1,1,5,null,null,0,0,-1]]}", "line 4: \"received ttl\" is -1, not 0..255" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[0,1.5,1,5,null,null,0,0,0]]}", "line 4: \"ttl\" is not a whole number" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[0,1,1]]}", "line 4: a probe without \"sent\"" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[1,1,1,5,null,null,0,0,0]]}", "line 4: \"flow\" is 1, no flow's id" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[0,1,1,5,1,\"t9a\",11,0,0]]}", "line 4: \"router\" is not the id of a router" },
		{ HEAD FLOWS ROUTERS "\"probes\":[[0,1,1,5,1,\"b1a\",11,0,0]]}", "line 4: \"router\" is one of the other direction" },
		{ HEAD "\"routers\":[" ROUTER ",\n" ROUTER "]}", "line 3: \"id\" is 't1a', as that of another router" },
		{ HEAD "\"routers\":[{\"id\":\"t1/a\"}]}", "line 2: \"id\" is not letters and digits" },
		{ HEAD "\"routers\":[{\"hops\":[64]}]}", "line 2: \"hops\" is 64, not 1..63" },
		{ HEAD "\"routers\":[{\"hops\":[1]}]}", "line 2: a router without an \"id\"" },
		{ HEAD "\"routers\":[{\"id\":\"a\",\"marks\":[\"\\u001b[2J\"]}]}", "line 2: \"marks\" has characters that are not printable ASCII" },
		{ HEAD "\"name\":\"\xc2\x9b" "2J\"}", "line 2: \"name\" has characters that are not printable ASCII" },
		{ HEAD "\"target\":\"\\u001b[2J\"}", "line 2: \"target\" has characters that are not printable ASCII" },
		{ HEAD "\"routers\":[{\"id\":\"a\",\"direction\":\"up\"}]}", "line 2: \"direction\" is neither there nor back" },
		{ HEAD "\"flows\":[{\"sport\":1}]}", "line 2: a flow without an \"id\"" },
		{ HEAD FLOWS ROUTERS "\"links\":[{\"from\":\"t1a\"}]}", "line 4: a link without \"from\" and \"to\"" },
		{ HEAD "\"links\":[{\"from\":\"a\"}]}", "line 2: \"from\" is not the id of a router" },
		{ HEAD ROUTERS "\"aliases\":[[\"t1a\",\"b1a\"],[\"t2a\",\"b1a\"]]}", "line 3: \"aliases\" has 'b1a' twice" },
		{ HEAD ROUTERS "\"aliases\":[[\"t9a\"]]}", "line 3: \"aliases\" is not the id of a router" },
		{ HEAD "\"aliases\":[7]}", "line 2: not JSON: '[' expected" },
		{ HEAD "\"routers\":[{\"balances\":7}]}", "line 2: not JSON: '[' expected" },
		{ HEAD "\"seconds\":-1}", "line 2: \"seconds\" is -1, not 0..1e+09" },
		{ HEAD "\"reached\":1}", "line 2: \"reached\" is neither true nor false" },
		{ HEAD "\"reached\":true", "line 2: the file ends where ',' should be" },
		{ HEAD "\"reached\":true}\n}", "line 3: not JSON: something follows the end" },
		{ HEAD "\"name\":\"a", "line 2: the file ends within a string" },
		{ HEAD "\"name\":\"\\q\"}", "line 2: not JSON: unknown escape in a string" },
		{ HEAD "\"later\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "line 2: nested more than 32 deep" },
		{ HEAD "\"later\":nul}", "line 2: not JSON: a value expected" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_record r;
		char why[160];

		if (read_text(&r, rows[i].text, why) || strcmp(why, rows[i].why) != 0)
			fail_msg("%s: '%s'", rows[i].text, why);
		trace_record_done(&r);
	}
}

/* Keys and elements that a later version adds are skipped. */
static void additions(void **state)
{
	struct trace_record r;
	char why[160];

	(void)state;
	if (!read_text(&r,
		    HEAD "\"new\":{\"a\":[1,{\"b\":null}],\"c\":\"}\"},\n" FLOWS ROUTERS
			 "\"probes\":[[0,1,1,5,400,\"t1a\",11,0,64,7,\"x\",[]]]}",
		    why))
		fail_msg("%s", why);
	assert_int_equal(r.probe_count, 1);
	trace_record_done(&r);
}

/* Cut anywhere it is refused, and nothing is read behind its end. */
static void cut_anywhere(void **state)
{
	static const char text[] = HEAD FLOWS ROUTERS PROBES;

	(void)state;
	for (size_t len = 0; len + 1 < sizeof(text); len++) {
		struct span exact = packet_cut(span_of((const uint8_t *)text, len), len);
		struct trace_record r;
		char why[160];

		trace_record_init(&r);
		assert_false(read_json(&r, (const char *)exact.at, len, why, sizeof(why)));
		trace_record_done(&r);
	}
}

static char *print(void (*to)(FILE *, const struct trace_record *), const struct trace_record *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	to(out, r);
	fclose(out);
	return text;
}

/* Printed, read and printed again it is the same. */
static void both_ways(void **state)
{
	struct trace_record first, second;
	char why[160], *once, *again;

	(void)state;
	assert_true(read_text(&first,
		HEAD FLOWS ROUTERS "\"links\":[{\"from\":\"t1a\",\"to\":\"t2a\",\"flows\":1}],\n" PROBES, why));
	once = print(print_json, &first);
	if (!read_text(&second, once, why))
		fail_msg("%s: %s", why, once);
	again = print(print_json, &second);
	assert_string_equal(once, again);
	free(once);
	free(again);
	trace_record_done(&first);
	trace_record_done(&second);
}

static void as_text(void **state)
{
	struct trace_record r;
	char why[160], *text;

	(void)state;
	assert_true(read_text(&r,
		HEAD
		"\"bound\":0.03,\"seconds\":0.28,\"reached\":true,\"reverse\":\"uturn\",\"unproven\":4," FLOWS ROUTERS
			PROBES,
		why));
	text = print(print_text, &r);
	assert_string_equal(text,
		"203.0.113.80, udp, 1 flow; anything missing: less than 3 %\n"
		"there\n"
		" 1  10.1.1.1               0.4 ms\n"
		" 2  203.0.113.80           0.9 ms  nat  dscp 46>0  ** inflection point\n"
		"back\n"
		" 3  10.2.1.1               1.3 ms\n"
		"3 probes, 0.28 s, 4 unproven answers\n");
	free(text);
	r.unproven = 0;
	r.dropped = 7;
	r.sent = 5; /* two of a question */
	text = print(print_text, &r);
	assert_non_null(strstr(text, "\n5 probes, 0.28 s, 7 dropped packets\n"));
	free(text);
	text = print(print_dot, &r);
	assert_non_null(strstr(text, "\tt1a [label=\"10.1.1.1\"];\n"));
	free(text);
	trace_record_done(&r);
}

#define BALANCER \
	"{\"id\":\"t1a\",\"direction\":\"there\",\"hops\":[1],\"addresses\":[\"10.1.1.1\"],\"flows\":1,\"marks\":[]," \
	"\"balances\":[\"source port\",\"protocol\"],\"balances-not\":[\"destination port\"]}"

/* What --fields and --routers add: in all formats, and read as it was written, but for fields of a later version. */
static void balancers_and_aliases(void **state)
{
	struct trace_record first, second;
	char why[160], *once, *again, *text;

	(void)state;
	if (!read_text(&first,
		    HEAD FLOWS
		    "\"routers\":[" BALANCER "," END "," BACK
		    "],\"aliases\":[[\"t1a\",\"b1a\"]],\n\"links\":[{\"from\":\"t1a\",\"to\":\"t2a\",\"flows\":1},"
		    "{\"from\":\"t2a\",\"to\":\"b1a\",\"flows\":1}]," PROBES,
		    why))
		fail_msg("%s", why);
	assert_int_equal(first.routers[0].balances, 1 << RECORD_SOURCE_PORT);
	assert_int_equal(first.routers[0].balances_not, 1 << RECORD_DESTINATION_PORT);
	assert_int_equal(first.routers[0].same_as, 1);
	assert_int_equal(first.routers[1].same_as, 0);
	assert_int_equal(first.routers[2].same_as, 1);
	once = print(print_json, &first);
	assert_non_null(strstr(once, "\"balances\":[\"source port\"],\"balances-not\":[\"destination port\"]}"));
	assert_non_null(strstr(once, "\"aliases\":[\n  [\"t1a\",\"b1a\"]]"));
	if (!read_text(&second, once, why))
		fail_msg("%s: %s", why, once);
	again = print(print_json, &second);
	assert_string_equal(once, again);
	text = print(print_text, &second);
	assert_non_null(strstr(text, "ms  balances: source port; not destination port; dscp not tested\n"));
	assert_non_null(strstr(text, " 3  10.2.1.1               1.3 ms  same as 10.1.1.1\n"));
	free(text);
	text = print(print_dot, &second);
	assert_non_null(strstr(text, "\tt1a [label=\"10.1.1.1\\n10.2.1.1\"];\n"));
	assert_null(strstr(text, "b1a"));
	assert_non_null(strstr(text, "\tt2a -> t1a [label=\"1\"];\n"));
	free(text);
	free(once);
	free(again);
	trace_record_done(&first);
	trace_record_done(&second);
}

/* What a file says ends neither a string of JSON nor a label of dot. */
static void quotes(void **state)
{
	struct trace_record first, second;
	char why[160], *text;

	(void)state;
	assert_true(read_text(&first,
		HEAD "\"started\":\"a\\\"b\",\"reverse\":\"c\\\\\",\"routers\":[{\"id\":\"t1a\",\"hops\":[1],"
		     "\"name\":\"d\\\",URL=\\\"e\"}]}",
		why));
	text = print(print_dot, &first);
	assert_non_null(strstr(text, "\tt1a [label=\"*\\nd\\\",URL=\\\"e\"];\n"));
	free(text);
	text = print(print_json, &first);
	if (!read_text(&second, text, why))
		fail_msg("%s: %s", why, text);
	assert_string_equal(second.started, "a\"b");
	assert_string_equal(second.reverse, "c\\");
	free(text);
	trace_record_done(&first);
	trace_record_done(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(whole, packets_free),
		cmocka_unit_test_teardown(errors, packets_free),
		cmocka_unit_test_teardown(additions, packets_free),
		cmocka_unit_test_teardown(cut_anywhere, packets_free),
		cmocka_unit_test_teardown(both_ways, packets_free),
		cmocka_unit_test_teardown(as_text, packets_free),
		cmocka_unit_test_teardown(balancers_and_aliases, packets_free),
		cmocka_unit_test_teardown(quotes, packets_free),
	};

	return cmocka_run_group_tests_name("read_json", tests, NULL, NULL);
}
