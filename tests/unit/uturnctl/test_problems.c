/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What uturnctl adds to uturnd's status, and what of all of it is a problem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/version.h"
#include "tools/uturnctl/problems.h"
#include "tools/uturnctl/status.h"

#define RULES4(state, error) "{\"pid\":1,\"ipv4\":{\"state\":\"" state "\",\"error\":\"" error "\"}}"
#define QUEUE(number, waiting, dropped, lost) \
	number "   1234     " waiting " 2 65531     " dropped "     " lost "        0  1\n"
#define VERSION "\"version\":\"" UTURN_VERSION "\""

static const struct {
	const char *name, *status, *rules, *queues;
	const char *problem; /* "": none */
} rows[] = {
	{ "all is well", "{" VERSION ",\"queue\":\"5\",\"uptime_s\":9999,\"last_turned_s\":5,\"last_relayed_s\":5}",
		RULES4("present", ""), QUEUE("5", "9", "0", "0"), "" },
	{ "rules by hand, and no root", "{" VERSION ",\"queue\":\"5\"}", NULL, NULL, "" },
	{ "nothing that is known", "{}", NULL, NULL, "" },
	{ "types that are not known",
		"{\"version\":1,\"queue\":2,\"capture\":3,\"flights\":\"4\",\"warnings\":{\"a\":\"b\"},\"refused\":5}",
		"7", "x", "" },
	{ "another version", "{\"version\":\"0.0.1\"}", NULL, NULL,
		"uturnd is 0.0.1, uturnctl " UTURN_VERSION ": restart uturnd" },
	{ "rules that are gone", "{}", RULES4("missing", ""), NULL,
		"rules of IPv4 missing (uturn-rules check says more)" },
	{ "rules that cannot be applied", "{}", RULES4("failed", "no ipset"), NULL,
		"rules of IPv4 failed: no ipset (uturn-rules check says more)" },
	{ "rules that another program takes", "{}", RULES4("present", "another program keeps taking our rules away"),
		NULL,
		"rules of IPv4 present: another program keeps taking our rules away (uturn-rules check says more)" },
	{ "a queue without a listener", "{\"queue\":\"5:6\"}", NULL, QUEUE("6", "0", "0", "0"),
		"queue 5 has no listener: restart uturnd" },
	{ "a queue that was full", "{\"queue\":\"5\"}", NULL, QUEUE("5", "0", "7", "0"),
		"queue 5 was full: 7 packets dropped (give uturnd more of the CPU, or more workers: queue N:M in uturnd.conf)" },
	{ "a receive buffer that was full", "{\"queue\":\"5\"}", NULL, QUEUE("5", "0", "0", "8"),
		"queue 5: receive buffer was full: 8 packets dropped (give uturnd more of the CPU, or more workers: queue N:M in "
		"uturnd.conf)" },
	{ "answers lost", "{\"capture\":{\"dropped\":9}}", NULL, NULL,
		"capture: 9 answers of routers lost as its receive buffer was full (give uturnd more of the CPU, or more "
		"workers: queue N:M in uturnd.conf)" },
	{ "a full table", "{\"flights\":64,\"capacity\":64}", NULL, NULL,
		"flights: the table is full (increase 'in-flight N' in uturnd.conf)" },
	{ "packets refused", "{\"refused\":\"3 packets not sent\"}", NULL, NULL, "3 packets not sent" },
	{ "a warning", "{\"warnings\":[\"inflection 192.0.2.1: not an address of this host\"]}", NULL, NULL,
		"inflection 192.0.2.1: not an address of this host" },
	{ "the first flights are out", "{\"uptime_s\":60,\"last_turned_s\":9}", NULL, NULL, "" },
	{ "they have not been answered", "{\"uptime_s\":60,\"last_turned_s\":11}", NULL, NULL,
		"no router's answer was relayed yet, though probes were turned: do ICMP errors reach this host? (uturnctl "
		"doctor)" },
	{ "nor has any for an hour", "{\"uptime_s\":3601,\"last_turned_s\":1}", NULL, NULL,
		"no router's answer was relayed yet, though probes were turned: do ICMP errors reach this host? (uturnctl "
		"doctor)" },
	{ "the last answer an hour before the last probe", "{\"last_turned_s\":1,\"last_relayed_s\":3601}", NULL, NULL,
		"no router's answer was relayed for an hour, though probes were turned: do ICMP errors reach this host? "
		"(uturnctl doctor)" },
	{ "a quiet week", "{\"last_turned_s\":600000,\"last_relayed_s\":600010}", NULL, NULL, "" },
};

static void finds_problems(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *status = json_loads(rows[i].status, 0, NULL);
		json_t *rules = rows[i].rules ? json_loads(rows[i].rules, JSON_DECODE_ANY, NULL) : NULL;
		const json_t *problems;
		const char *first;

		print_message("%s\n", rows[i].name);
		assert_non_null(status);
		status_add(status, rules, rows[i].queues);
		problems = json_object_get(status, "problems");
		first = json_string_value(json_array_get(problems, 0));
		assert_string_equal(first ? first : "", rows[i].problem);
		assert_int_equal(json_array_size(problems), *rows[i].problem != '\0');
		json_decref(status);
		json_decref(rules);
	}
}

static void adds_what_the_host_says(void **state)
{
	static const struct {
		const char *queue, *text, *expected;
	} queues[] = {
		{ "{\"queue\":\"5\"}", NULL, "{\"queue\":\"5\",\"rules\":\"not kept\",\"problems\":[]}" },
		{ "{\"queue\":\"5:6\"}", QUEUE("    5", "1", "0", "0") QUEUE("    6", "2", "0", "0"),
			"{\"queue\":\"5:6\",\"rules\":\"not kept\",\"queues\":[{\"queue\":5,\"listener\":true,\"waiting\":1,"
			"\"dropped\":0,\"lost\":0},{\"queue\":6,\"listener\":true,\"waiting\":2,\"dropped\":0,\"lost\":0}],"
			"\"problems\":[]}" },
		{ "{\"queue\":\"6:5\"}", "",
			"{\"queue\":\"6:5\",\"rules\":\"not kept\",\"queues\":[],\"problems\":[]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		json_t *status = json_loads(queues[i].queue, 0, NULL);
		char *text;

		status_add(status, NULL, queues[i].text);
		text = json_dumps(status, JSON_COMPACT);
		assert_string_equal(text, queues[i].expected);
		free(text);
		json_decref(status);
	}
}

/* No more than uturnd may have, whatever the answer says. */
static void bounds_the_queues(void **state)
{
	json_t *status = json_loads("{\"queue\":\"0:4294967295\"}", 0, NULL);

	(void)state;
	status_add(status, NULL, "");
	assert_int_equal(json_array_size(json_object_get(status, "queues")), 32);
	json_decref(status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_problems),
		cmocka_unit_test(adds_what_the_host_says),
		cmocka_unit_test(bounds_the_queues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
