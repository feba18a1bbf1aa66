/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to uturnd and its replies, and the four forms in which a trace is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tools/uturn-web/control_lines.h"
#include "tools/uturn-web/format.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static enum reply_kind read_line(const char *line, struct control_reply *reply)
{
	size_t len = strlen(line);
	char *copy = malloc(len + 1);
	enum reply_kind what;

	for (size_t i = 0; i < len; i++)
		copy[i + 1] = line[i];
	what = control_lines_read(copy + 1, len, reply);
	free(copy);
	return what;
}

static void asks_about_this_connection(void **state)
{
	struct record r = { .local = addr_of("2001:db8::80"),
		.peer = addr_of("2001:db8::1"),
		.local_port = 443,
		.peer_port = 51234,
		.max_ttl = 32,
		.attempts = 3 };
	char request[CONTROL_REQUEST_SIZE];

	(void)state;
	control_lines_ask(&r, request);
	assert_string_equal(request,
		"{\"op\":\"trace\",\"flow\":{\"local\":\"[2001:db8::80]:443\",\"peer\":\"[2001:db8::1]:51234\"},"
		"\"max-ttl\":32,\"attempts\":3}\n");
}

static const struct {
	const char *line;
	enum reply_kind kind;
} lines[] = {
	{ "", REPLY_NOTHING },
	{ "[]", REPLY_NOTHING },
	{ "null", REPLY_NOTHING },
	{ "{\"hop\":", REPLY_NOTHING },
	{ "{\"watching\":true}", REPLY_NOTHING },
	{ "{\"tracing\":true}", REPLY_ACCEPTED },
	{ "{\"tracing\":1}", REPLY_NOTHING },
	{ "{\"hop\":1,\"kind\":\"silent\",\"attempts\":3}", REPLY_ANSWER },
	{ "{\"hop\":0,\"kind\":\"silent\",\"attempts\":3}", REPLY_NOTHING },
	{ "{\"hop\":33,\"kind\":\"silent\",\"attempts\":3}", REPLY_NOTHING },
	{ "{\"hop\":1.5,\"kind\":\"silent\"}", REPLY_NOTHING },
	{ "{\"hop\":1,\"kind\":\"loud\",\"router\":\"192.0.2.1\"}", REPLY_NOTHING },
	{ "{\"hop\":1,\"kind\":\"time-exceeded\"}", REPLY_NOTHING },
	{ "{\"hop\":1,\"kind\":\"time-exceeded\",\"router\":\"192.0.2\"}", REPLY_NOTHING },
	{ "{\"hop\":1,\"kind\":\"time-exceeded\",\"router\":\"192.0.2.1\",\"rtt_ms\":\"x\",\"mpls\":7}", REPLY_ANSWER },
	{ "{\"done\":true}", REPLY_DONE },
	{ "{\"done\":true,\"summary\":{}}", REPLY_DONE },
	{ "{\"error\":\"too many traces\"}", REPLY_ERROR },
	{ "{\"error\":7}", REPLY_NOTHING },
};

static void understands_every_line_or_none_of_it(void **state)
{
	struct control_reply reply;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (read_line(lines[i].line, &reply) != lines[i].kind)
			fail_msg("%s", lines[i].line);
}

static void reads_all_of_an_answer(void **state)
{
	struct control_reply reply;
	char addr[ADDR_TEXT_SIZE];

	(void)state;
	assert_int_equal(
		read_line("{\"hop\":3,\"kind\":\"unreachable\",\"router\":\"10.2.3.1\",\"rtt_ms\":0.25,\"attempt\":2,"
			  "\"behind_nat\":true,\"icmp_type\":3,\"icmp_code\":13,"
			  "\"mpls\":[{\"label\":16,\"tc\":1,\"bottom\":true,\"ttl\":254}]}",
			&reply),
		REPLY_ANSWER);
	assert_int_equal(reply.answer.hop, 3);
	assert_int_equal(reply.answer.kind, KIND_UNREACHABLE);
	assert_string_equal(addr_text(&reply.router, addr), "10.2.3.1");
	assert_true(reply.answer.rtt_ms == 0.25 && reply.answer.attempt == 2 && reply.answer.behind_nat);
	assert_int_equal(reply.answer.icmp_type * 256 + reply.answer.icmp_code, 3 * 256 + 13);
	assert_int_equal(reply.answer.label_count, 1);
	assert_int_equal(reply.answer.labels[0].label, 16);
	assert_true(
		reply.answer.labels[0].bottom && reply.answer.labels[0].tc == 1 && reply.answer.labels[0].ttl == 254);
	read_line("{\"error\":\"a\\u001b[2J\\u00e4\"}", &reply);
	assert_string_equal(reply.words, "a?[2J??");
}

/* A trace as uturnd tells it; a name for the first router, a place for the second. */
static const char *const story[] = {
	"{\"hop\":2,\"kind\":\"time-exceeded\",\"router\":\"192.0.2.2\",\"rtt_ms\":0.5,\"attempt\":1,\"mpls\":[{\"label\":16,\"tc\":0,\"bottom\":true,\"ttl\":1}]}",
	"{\"hop\":1,\"kind\":\"time-exceeded\",\"router\":\"10.2.1.1\",\"rtt_ms\":0.25,\"attempt\":1}",
	"{\"hop\":1,\"kind\":\"time-exceeded\",\"router\":\"10.2.1.9\",\"rtt_ms\":0.75,\"attempt\":2}",
	"{\"hop\":3,\"kind\":\"silent\",\"attempts\":2}",
	"{\"hop\":4,\"kind\":\"time-exceeded\",\"router\":\"198.18.0.7\",\"rtt_ms\":1,\"attempt\":1,\"behind_nat\":true}",
	"{\"hop\":5,\"kind\":\"reached\",\"router\":\"198.18.0.7\",\"rtt_ms\":1.5,\"attempt\":1}",
};

static void record_fill(struct record *r)
{
	record_free(r);
	r->local = addr_of("203.0.113.80");
	r->peer = addr_of("198.18.0.7");
	r->local_port = 80;
	r->peer_port = 50000;
	r->max_ttl = 32;
	r->attempts = 2;
	record_tell(r, EVENT_START, 0);
	for (size_t i = 0; i < sizeof(story) / sizeof(story[0]); i++) {
		struct control_reply reply;
		bool is_new;

		assert_int_equal(read_line(story[i], &reply), REPLY_ANSWER);
		if (reply.router.family)
			reply.answer.router = (int16_t)record_router(r, &reply.router, &is_new);
		record_answer(r, &reply.answer);
	}
	*r->routers[0].place = (struct place){ .asn = 64500,
		.as_name = "Example \"Net\"",
		.country_code = "DE",
		.city = "K\xc3\xb6ln" };
	record_name(r, 1, "b1.example.net");
	record_tell(r, EVENT_NAME, 1);
	r->end = END_REACHED;
	r->hops = 5;
	r->probes = 12;
	record_row(r, &(struct row){ 3, { 0, { 0 } }, 2, 0, -1, -1, -1 });
	record_tell(r, EVENT_END, 0);
	record_tell(r, EVENT_DONE, 0);
}

static const struct {
	const struct format *format;
	const char *text;
} told[] = {
	{ &format_text,
		"return path from 203.0.113.80 to 198.18.0.7, 32 hops max, along this TCP connection (80 to 50000)\n"
		" 1  b1.example.net (10.2.1.1)  0.250 ms  [Private-Use, RFC 1918]  10.2.1.9  0.750 ms  "
		"[Private-Use, RFC 1918]\n"
		" 2  192.0.2.2  0.500 ms  <MPLS:L=16,E=0,S=1,T=1>  [AS64500 Example \"Net\", K\xc3\xb6ln DE]\n"
		" 3  *\n"
		" 4  198.18.0.7  1.000 ms  [Benchmarking, RFC 2544]  (your NAT)\n"
		" 5  198.18.0.7  1.500 ms  [Benchmarking, RFC 2544]  <- you\n"
		"reached you: 5 hops, 12 probes\n" },
	{ &format_inband,
		"retry: 3000\n\n"
		"data: {\"Hop\":{\"ttl\":2,\"hop_type\":\"IcmpTimeExceeded\",\"addr\":\"192.0.2.2\",\"rtt\":500000,"
		"\"enriched_info\":{\"as_domain\":null,\"as_name\":\"Example \\\"Net\\\"\",\"asn\":\"AS64500\","
		"\"continent\":null,\"continent_code\":null,\"country\":null,\"country_code\":\"DE\","
		"\"ip\":\"192.0.2.2\"}}}\n\n"
		"data: {\"Hop\":{\"ttl\":1,\"hop_type\":\"IcmpTimeExceeded\",\"addr\":\"10.2.1.1\",\"rtt\":250000,"
		"\"enriched_info\":null}}\n\n"
		"data: {\"Hop\":{\"ttl\":3,\"hop_type\":\"Timeout\",\"addr\":null,\"rtt\":null,"
		"\"enriched_info\":null}}\n\n"
		"data: {\"Hop\":{\"ttl\":4,\"hop_type\":\"IcmpTimeExceeded\",\"addr\":\"198.18.0.7\",\"rtt\":1000000,"
		"\"enriched_info\":null}}\n\n"
		"data: {\"Hop\":{\"ttl\":5,\"hop_type\":\"TcpAck\",\"addr\":\"198.18.0.7\",\"rtt\":1500000,"
		"\"enriched_info\":null}}\n\n"
		"data: {\"ReverseDns\":{\"ttl\":1,\"ip\":\"10.2.1.1\",\"name\":{\"Ok\":\"b1.example.net\"}}}\n\n"
		"id: done\ndata: \"Done\"\n\n" },
};

static void tells_the_same_to_everybody(void **state)
{
	static struct record r;

	(void)state;
	record_fill(&r);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		struct buffer out = { 0 };
		struct telling t;

		format_begin(&t, told[i].format);
		format_advance(&t, &r, &out);
		assert_true(format_is_over(&t, &r));
		buffer_put(&out, "", 1);
		assert_string_equal(buffer_bytes(&out), told[i].text);
		buffer_free(&out);
	}
}

static json_t *next_line(const char **at, const char *before)
{
	const char *line = strstr(*at, before), *end = line ? strchr(line, '\n') : NULL;
	json_t *o;

	assert_non_null(end);
	line += strlen(before);
	o = json_loadb(line, (size_t)(end - line), 0, NULL);
	assert_non_null(o);
	*at = end;
	return o;
}

/* Event stream and lines: each data is JSON, the last event ends the stream for good. */
static void tells_scripts_in_json(void **state)
{
	static struct record r;
	const struct {
		const struct format *format;
		const char *before;
		unsigned lines;
	} rows[] = { { &format_sse, "data: ", 10 }, { &format_json, "", 8 } };

	(void)state;
	record_fill(&r);
	for (int i = 0; i < 2; i++) {
		struct buffer out = { 0 };
		struct telling t;
		const char *at;
		unsigned silent = 0;

		format_begin(&t, rows[i].format);
		format_advance(&t, &r, &out);
		buffer_put(&out, "", 1);
		at = buffer_bytes(&out);
		for (unsigned line = 0; line < rows[i].lines; line++) {
			json_t *o = next_line(&at, rows[i].before);

			if (json_is_null(json_object_get(o, "ip")) &&
				json_integer_value(json_object_get(o, "ttl")) == 3)
				silent++;
			json_decref(o);
			at += i; /* lines follow each other, events have an empty one between */
		}
		assert_int_equal(silent, 1);
		assert_string_equal(at, i ? "" : "\n\n");
		if (i == 0)
			assert_non_null(strstr(buffer_bytes(&out), "\nid: done\nevent: done\ndata: {}\n\n"));
		buffer_free(&out);
	}
}

static void drops_lines_for_those_who_do_not_read(void **state)
{
	static struct record r;
	static char filler[BUFFER_MAX - 700];
	struct buffer out = { 0 };
	struct telling t;

	(void)state;
	record_fill(&r);
	memset(filler, '.', sizeof(filler));
	buffer_put(&out, filler, sizeof(filler));
	format_begin(&t, &format_sse);
	format_advance(&t, &r, &out);
	assert_true(t.lost > 0 && out.len <= BUFFER_MAX);
	assert_true(format_is_over(&t, &r));
	buffer_free(&out);
}

static void tells_one_of_a_kind(void **state)
{
	static struct record r;
	struct buffer out = { 0 };
	struct telling t;

	(void)state;
	memset(&r, 0, sizeof(r));
	r.hops = r.probes = r.lost = 1;
	record_tell(&r, EVENT_END, 0);
	format_begin(&t, &format_text);
	format_advance(&t, &r, &out);
	buffer_put(&out, "", 1);
	assert_string_equal(buffer_bytes(&out), "reached you: 1 hop, 1 probe; 1 line lost, you read too slowly\n");
	buffer_free(&out);
}

static void hides_the_first_hops(void **state)
{
	static struct record r;
	struct answer a = { .hop = 1, .kind = KIND_SILENT, .router = -1 };

	(void)state;
	memset(&r, 0, sizeof(r));
	r.hop_offset = 1;
	record_answer(&r, &a);
	assert_int_equal(r.answer_count, 0);
	a.hop = 2;
	record_answer(&r, &a);
	assert_int_equal(r.answer_count, 1);
}

static void keeps_room_for_the_end(void **state)
{
	static struct record r;
	struct answer a = { .hop = 1, .kind = KIND_SILENT, .router = -1 };

	(void)state;
	memset(&r, 0, sizeof(r));
	for (int i = 0; i < 4 * RECORD_EVENTS; i++) {
		record_answer(&r, &a);
		record_tell(&r, EVENT_NAME, 0);
	}
	assert_int_equal(r.answer_count, RECORD_ANSWERS);
	record_tell(&r, EVENT_END, 0);
	record_tell(&r, EVENT_DONE, 0);
	assert_true(record_has(&r, EVENT_END) && record_has(&r, EVENT_DONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_about_this_connection),
		cmocka_unit_test(understands_every_line_or_none_of_it),
		cmocka_unit_test(reads_all_of_an_answer),
		cmocka_unit_test(tells_the_same_to_everybody),
		cmocka_unit_test(tells_scripts_in_json),
		cmocka_unit_test(drops_lines_for_those_who_do_not_read),
		cmocka_unit_test(tells_one_of_a_kind),
		cmocka_unit_test(hides_the_first_hops),
		cmocka_unit_test(keeps_room_for_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
