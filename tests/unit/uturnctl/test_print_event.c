/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturnctl/print.h"

enum { CLOCK_WIDTH = sizeof("12:03:44.123") - 1 };

/* In the order in which they come: a column grows, and stays as wide. */
static const struct {
	const char *json, *line; /* behind the time */
} rows[] = {
	{ "{'event':'turned','prober':'198.51.100.7','protocol':'udp','ttl':3,'target_port':33441}",
		"  turned     udp/33441 198.51.100.7    ttl 3\n" },
	{ "{'event':'relayed','prober':'198.51.100.7','protocol':'udp','ttl':3,'target_port':33441,'router':'10.2.2.1',"
	  "'icmp_type':11,'icmp_code':0,'rtt_ms':12.345}",
		"  relayed    udp/33441 198.51.100.7    ttl 3   b2  10.2.2.1  12.3 ms\n" },
	{ "{'event':'arrived','prober':'198.51.100.7','protocol':'icmp','ttl':10,'router':'198.51.100.7','icmp_type':3,"
	  "'icmp_code':3}",
		"  arrived    icmp      198.51.100.7    ttl 10  end 198.51.100.7  port unreachable\n" },
	{ "{'event':'traced','prober':'198.51.100.7','protocol':'tcp','target_port':80}",
		"  traced     tcp/80    198.51.100.7   \n" },
	{ "{'event':'no_flight','router':'2001:db8::1'}",
		"  no_flight  -         -                           2001:db8::1\n" },
	{ "{'event':'request_probed','prober':'2001:db8:5:5::7777','protocol':'udp','ttl':1}",
		"  request_probed udp       2001:db8:5:5::7777 ttl 1\n" },
	{ "{'event':'answered','prober':'198.51.100.7','protocol':'udp','ttl':1,'router':'10.2.1.1'}",
		"  answered       udp       198.51.100.7       ttl 1       10.2.1.1\n" },
	{ "{'lost':1}", "... 1 events lost: the reader is too slow\n" },
};

/* The line, the caller's to free. */
static char *printed(const char *json)
{
	json_t *event;
	FILE *out = stdout;
	char quoted[512], *line = NULL;
	size_t size;

	snprintf(quoted, sizeof(quoted), "%s", json);
	for (char *c = quoted; *c; c++)
		if (*c == '\'')
			*c = '"';
	event = json_loads(quoted, 0, NULL);
	assert_non_null(event);
	stdout = open_memstream(&line, &size);
	print_event(event);
	fclose(stdout);
	stdout = out;
	json_decref(event);
	return line;
}

static void columns_stand_below_each_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *line = printed(rows[i].json);
		size_t clock = *rows[i].line == '.' ? 0 : CLOCK_WIDTH;

		assert_true(strlen(line) > clock);
		assert_string_equal(line + clock, rows[i].line);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(columns_stand_below_each_other) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
