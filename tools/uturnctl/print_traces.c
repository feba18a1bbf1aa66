/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "print.h"

static const char *text_of(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? text : "?";
}

static json_int_t number_of(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static void time_print(const json_t *trace)
{
	double at = json_number_value(json_object_get(trace, "time"));
	time_t seconds = at > 0 && at < 1e12 ? (time_t)at : 0;
	char text[24] = "?";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	fputs(text, stdout);
}

static int width_of(const json_t *traces, const char *name, const char *heading)
{
	size_t width = strlen(heading);

	for (size_t i = 0; i < json_array_size(traces); i++) {
		size_t len = strlen(text_of(json_array_get(traces, i), name));

		width = len > width ? len : width;
	}
	return (int)width;
}

/* Hops that have answered, and "+" those that have not. */
static void line_print(const json_t *trace, int prober, int target)
{
	const json_t *slowest = json_object_get(trace, "slowest");
	char hops[32];

	snprintf(hops, sizeof(hops),
		number_of(trace, "hops_silent") ? "%" JSON_INTEGER_FORMAT "+%" JSON_INTEGER_FORMAT
						: "%" JSON_INTEGER_FORMAT,
		number_of(trace, "hops_answered"), number_of(trace, "hops_silent"));
	printf("%6" JSON_INTEGER_FORMAT "  ", number_of(trace, "id"));
	time_print(trace);
	printf("  %-*s  %-*s  %-8s %-5s %7.1f %6" JSON_INTEGER_FORMAT "  %-5s  %-7s", prober, text_of(trace, "prober"),
		target, text_of(trace, "target"), text_of(trace, "frontend"), text_of(trace, "protocol"),
		json_number_value(json_object_get(trace, "seconds")), number_of(trace, "probes"), hops,
		text_of(trace, "end"));
	if (slowest)
		printf("  %s %.1f ms", text_of(slowest, "router"), json_number_value(json_object_get(slowest, "ms")));
	putchar('\n');
}

void print_traces(const json_t *traces)
{
	int prober = width_of(traces, "prober", "prober"), target = width_of(traces, "target", "target");

	if (json_array_size(traces) == 0) {
		puts("no trace has ended yet");
		return;
	}
	printf("%6s  %-19s  %-*s  %-*s  %-8s %-5s %7s %6s  %-5s  %-7s  %s\n", "id", "time", prober, "prober", target,
		"target", "by", "with", "seconds", "probes", "hops", "end", "slowest router");
	for (size_t i = 0; i < json_array_size(traces); i++)
		line_print(json_array_get(traces, i), prober, target);
}

/* Each router of the hop with its times, an asterisk for a hop that is silent. */
static void hop_print(const json_t *hop)
{
	const json_t *routers = json_object_get(hop, "routers");

	printf("%2" JSON_INTEGER_FORMAT, number_of(hop, "ttl"));
	for (size_t i = 0; i < json_array_size(routers); i++) {
		const json_t *router = json_array_get(routers, i), *rtts = json_object_get(router, "rtts_ms");

		printf("  %s", text_of(router, "router"));
		for (size_t rtt = 0; rtt < json_array_size(rtts); rtt++)
			printf("  %.3f ms", json_number_value(json_array_get(rtts, rtt)));
	}
	puts(json_array_size(routers) ? "" : "  *");
}

void print_kept_trace(const json_t *trace)
{
	const json_t *hops = json_object_get(trace, "hops"), *age = json_object_get(trace, "age_s");

	printf("trace %" JSON_INTEGER_FORMAT " from %s back to %s, %s, %s, ", number_of(trace, "id"),
		text_of(trace, "target"), text_of(trace, "prober"), text_of(trace, "frontend"),
		text_of(trace, "protocol"));
	time_print(trace);
	printf(", %" JSON_INTEGER_FORMAT " probes in %.1f s, ", number_of(trace, "probes"),
		json_number_value(json_object_get(trace, "seconds")));
	if (age)
		printf("last probe %.1f s ago\n", json_number_value(age));
	else
		puts(text_of(trace, "end"));
	for (size_t i = 0; i < json_array_size(hops); i++)
		hop_print(json_array_get(hops, i));
}
