/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the options of a command line and of a saved trace amount to. */
#include "tests/packets.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tools/uturn-trace/trace_options.h"

enum { ARGS = 12 };

static int status;

/* The words of a command line. */
static bool take(const char *line, struct trace_options *o)
{
	static char words[256];
	static char *args[ARGS];
	int count = 0, first;

	snprintf(words, sizeof(words), "uturn-trace %s", line);
	for (char *rest = words, *word; (word = strtok_r(NULL, " ", &rest)) && count + 1 < ARGS;)
		args[count++] = word;
	args[count] = NULL;
	optind = 0;
	return trace_options_take(count, args, o, &first, &status);
}

static void ports(void **state)
{
	static const struct {
		const char *line;
		bool is_taken;
		unsigned port;
	} rows[] = {
		{ "a", true, 33434 },
		{ "--payload dns a", true, 53 },
		{ "--payload quic a", true, 443 },
		{ "--port 5353 --payload dns a", true, 5353 },
		{ "--payload none --port 53 a", true, 53 },
		{ "--payload dns --tcp a", false, 0 },
		{ "--icmp --payload quic a", false, 0 },
		{ "--tcp --payload none a", true, 33434 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_options o;

		if (take(rows[i].line, &o) != rows[i].is_taken || (rows[i].is_taken && o.port != rows[i].port))
			fail_msg("%s: port %u", rows[i].line, o.port);
		assert_true(rows[i].is_taken || status == STATUS_USAGE);
	}
}

static struct trace_record record_of(const char *protocol, const char *options)
{
	struct trace_record r;
	char words[200];

	trace_record_init(&r);
	snprintf(r.protocol, sizeof(r.protocol), "%s", protocol);
	r.has_options = options != NULL;
	snprintf(words, sizeof(words), "%s", options ? options : "");
	for (char *rest = words, *word; (word = strtok_r(NULL, " ", &rest));) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		assert_true(record_add_option(&r, word, value ? value : ""));
	}
	return r;
}

static void likes(void **state)
{
	/* clang-format off */
	static const struct {
		const char *line, *protocol, *saved; /* saved NULL: of a version that saved none */
		bool is_taken;
		const char *again; /* what is saved then */
	} rows[] = {
		{ "--like f", "udp", "", true, "" },
		{ "--like f", "udp", "max-ttl=9 plain payload=dns", true, "payload=dns max-ttl=9 plain" },
		{ "--like f --max-ttl 7", "udp", "max-ttl=9 plain", true, "max-ttl=7 plain" },
		{ "--like f --tcp", "udp", "payload=dns tos=8", true, "tos=8" },
		{ "--like f", "udp", "of-a-later-version=1 gap=3", true, "gap=3" },
		{ "--like f", "udp", "output=/etc/passwd mmdb=/dev/zero format=dot gap=3", true, "gap=3" },
		{ "--like f", "udp", "like=f", true, "" },
		{ "--like f", "udp", "max-ttl=99", false, NULL },
		{ "--like f", "udp", "max-ttl", false, NULL },
		{ "--like f", "udp", "plain=1", false, NULL },
		{ "--like f", "udp", "payload=gopher", false, NULL },
		{ "--like f", "udp", "help", true, "" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_record like = record_of(rows[i].protocol, rows[i].saved), again;
		struct trace_options o;
		char text[200] = "";

		assert_true(take(rows[i].line, &o));
		if (trace_options_like(&o, &like) != rows[i].is_taken)
			fail_msg("%s", rows[i].saved);
		if (!rows[i].is_taken)
			continue;
		trace_record_init(&again);
		trace_options_save(&o, &again);
		for (unsigned j = 0; j < again.option_count; j++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s%s%s", j ? " " : "",
				again.options[j].name, *again.options[j].value ? "=" : "", again.options[j].value);
		assert_string_equal(text, rows[i].again);
	}
}

static void add_probe(struct trace_record *r, uint32_t flow, unsigned hop)
{
	struct record_probe *p = record_add_probe(r);

	assert_non_null(p);
	*p = (struct record_probe){ .flow = flow, .hop = (uint8_t)hop, .router = RECORD_NO_ROUTER };
}

/* Protocol, port and flows are there without options as well. */
static void flows(void **state)
{
	struct trace_record r = record_of("tcp", NULL);
	struct trace_options o;

	(void)state;
	for (uint32_t id = 0; id < 3; id++)
		*record_add_flow(&r) = (struct record_flow){ .id = id, .sport = 20000, .dport = 443 };
	for (uint32_t flow = 0; flow < 3; flow++)
		add_probe(&r, flow, 2);
	add_probe(&r, 2, 2); /* again */
	add_probe(&r, 1, 1);
	assert_true(take("--like f", &o) && trace_options_like(&o, &r));
	assert_true(o.protocol == TRACE_TCP && o.port == 443 && o.flow == -1);
	assert_true(o.least_flows[RECORD_THERE][0] == 1 && o.least_flows[RECORD_THERE][1] == 3);
	assert_true(o.least_flows[RECORD_THERE][2] == 0 && o.least_flows[RECORD_BACK][1] == 0);
	assert_true(take("--like f --udp --port 7 --flow 2", &o) && trace_options_like(&o, &r));
	assert_true(o.protocol == TRACE_UDP && o.port == 7 && o.flow == 2 && o.least_flows[RECORD_THERE][1] == 0);
	r.flow_count = 1;
	r.flows[0].id = 9;
	assert_true(take("--like f", &o) && trace_options_like(&o, &r));
	assert_int_equal(o.flow, 9);
	trace_record_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports),
		cmocka_unit_test(likes),
		cmocka_unit_test(flows),
	};

	return cmocka_run_group_tests_name("trace options", tests, NULL, NULL);
}
