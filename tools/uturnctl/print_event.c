/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "print.h"

/* uturnd has monotonic time; it is printed as time of day. */
static void time_print(const json_t *event)
{
	const json_t *at = json_object_get(event, "time_ns");
	int64_t wall_ns = (int64_t)clock_ns(CLOCK_REALTIME);
	char text[16];
	time_t seconds;
	struct tm tm;

	if (at)
		wall_ns -= (int64_t)clock_ns(CLOCK_MONOTONIC) - json_integer_value(at);
	seconds = (time_t)(wall_ns / 1000000000);
	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s.%03d", text, (int)(wall_ns / 1000000 % 1000));
}

/* Empty for Time Exceeded, the ordinary answer of a hop. */
static const char *icmp_words(const char *router, json_int_t type, json_int_t code, char words[48])
{
	static const struct {
		int family, type, code;
		const char *words;
	} rows[] = {
		{ 4, 11, 0, "" },
		{ 4, 3, 0, "network unreachable" },
		{ 4, 3, 1, "host unreachable" },
		{ 4, 3, 2, "protocol unreachable" },
		{ 4, 3, 3, "port unreachable" },
		{ 4, 3, 4, "fragmentation needed" },
		{ 4, 3, 9, "network prohibited" },
		{ 4, 3, 10, "host prohibited" },
		{ 4, 3, 13, "prohibited" },
		{ 6, 3, 0, "" },
		{ 6, 1, 0, "no route" },
		{ 6, 1, 1, "prohibited" },
		{ 6, 1, 3, "address unreachable" },
		{ 6, 1, 4, "port unreachable" },
		{ 6, 2, 0, "packet too big" },
		{ 6, 4, 1, "protocol unknown" },
	};
	int family = strchr(router, ':') ? 6 : 4;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].family == family && rows[i].type == type && rows[i].code == code)
			return rows[i].words;
	snprintf(words, 48, "icmp type %" JSON_INTEGER_FORMAT " code %" JSON_INTEGER_FORMAT, type, code);
	return words;
}

/* A probe that arrived with TTL k is returned with k-1, so the router is hop k-1 of the return path. */
static void hop_print(const char *name, json_int_t ttl)
{
	char hop[24] = "";

	if (strcmp(name, "relayed") == 0)
		snprintf(hop, sizeof(hop), "b%" JSON_INTEGER_FORMAT, ttl - 1);
	else if (strcmp(name, "arrived") == 0)
		strcpy(hop, "end");
	printf("%-4s", hop);
}

static void router_print(const json_t *event, const char *name, json_int_t ttl, int column)
{
	const char *router = json_string_value(json_object_get(event, "router"));
	const json_t *rtt = json_object_get(event, "rtt_ms");
	const char *said;
	char words[48];

	if (!router)
		return;
	printf("%*s", column, "");
	hop_print(name, ttl);
	printf("%s", router);
	if (rtt)
		printf("  %.1f ms", json_number_value(rtt));
	said = icmp_words(router, json_integer_value(json_object_get(event, "icmp_type")),
		json_integer_value(json_object_get(event, "icmp_code")), words);
	if (*said && json_integer_value(json_object_get(event, "icmp_type")))
		printf("  %s", said);
}

/* A column is as wide as its longest entry so far. */
static int widen(int *width, const char *word)
{
	if ((int)strlen(word) > *width)
		*width = (int)strlen(word);
	return *width;
}

void print_event(const json_t *event)
{
	enum { TTL_WIDTH = 9 }; /* including two blanks */
	static int name_width = 10, prober_width = 15;
	const char *name = json_string_value(json_object_get(event, "event"));
	const char *prober = json_string_value(json_object_get(event, "prober"));
	const char *protocol = json_string_value(json_object_get(event, "protocol"));
	const json_t *port = json_object_get(event, "target_port");
	const json_t *lost = json_object_get(event, "lost");
	json_int_t ttl = json_integer_value(json_object_get(event, "ttl"));
	char what[16], shown_ttl[16] = "";

	if (lost)
		printf("... %" JSON_INTEGER_FORMAT " events lost: the reader is too slow\n", json_integer_value(lost));
	if (!name)
		return;
	snprintf(what, sizeof(what), port ? "%.5s/%" JSON_INTEGER_FORMAT : "%.5s", protocol ? protocol : "-",
		json_integer_value(port));
	if (!prober)
		prober = "-";
	if (ttl)
		snprintf(shown_ttl, sizeof(shown_ttl), " ttl %" JSON_INTEGER_FORMAT, ttl);
	time_print(event);
	printf("  %-*s %-9s %-*s%s", widen(&name_width, name), name, what, widen(&prober_width, prober), prober,
		shown_ttl);
	router_print(event, name, ttl, TTL_WIDTH - (int)strlen(shown_ttl));
	putchar('\n');
}
