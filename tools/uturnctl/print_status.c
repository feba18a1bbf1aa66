/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

enum { LABEL_WIDTH = 13 };

const char *print_time(json_int_t seconds, char text[PRINT_TIME_SIZE])
{
	static const struct {
		json_int_t seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	size_t shown = 0, used = 0;

	snprintf(text, PRINT_TIME_SIZE, "less than a second");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && shown < 2; i++) {
		json_int_t count = seconds / units[i].seconds;

		seconds %= units[i].seconds;
		if (count > 0) {
			used += (size_t)snprintf(text + used, PRINT_TIME_SIZE - used, "%s%" JSON_INTEGER_FORMAT " %s%s",
				shown ? " " : "", count, units[i].name, count == 1 ? "" : "s");
			shown++;
		} else if (shown) {
			break;
		}
	}
	return text;
}

static void seconds_print(const json_t *value)
{
	char text[PRINT_TIME_SIZE];

	printf("%s", print_time(json_integer_value(value), text));
}

static void drain_print(const json_t *value, const json_t *status)
{
	(void)status;
	seconds_print(value);
	printf(" left");
}

static void value_print(const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		printf("%s", json_string_value(value));
	} else if (json_is_boolean(value)) {
		printf("%s", json_is_true(value) ? "yes" : "no");
	} else {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		printf("%s", text ? text : "?");
		free(text);
	}
}

static void label_print(const char *label)
{
	printf("%-*s", LABEL_WIDTH, label);
}

static void flights_print(const json_t *value, const json_t *status)
{
	value_print(value);
	printf(" out, of ");
	value_print(json_object_get(status, "capacity"));
}

static void uptime_print(const json_t *value, const json_t *status)
{
	(void)status;
	seconds_print(value);
}

/* Those that are on. */
static void frontends_print(const json_t *value, const json_t *status)
{
	const char *name, *comma = "";
	json_t *is_on;

	(void)status;
	json_object_foreach((json_t *)value, name, is_on) {
		if (json_is_true(is_on)) {
			printf("%s%s", comma, name);
			comma = ", ";
		}
	}
}

static void families_print(const json_t *value, const json_t *status)
{
	(void)status;
	printf("IPv4 ");
	value_print(json_object_get(value, "ipv4"));
	printf(", IPv6 ");
	value_print(json_object_get(value, "ipv6"));
}

static void limits_print(const json_t *value, const json_t *status)
{
	(void)status;
	printf("%" JSON_INTEGER_FORMAT "/s per-prober, %" JSON_INTEGER_FORMAT "/s per-network, %" JSON_INTEGER_FORMAT
	       "/s total",
		json_integer_value(json_object_get(value, "per_prober")),
		json_integer_value(json_object_get(value, "per_network")),
		json_integer_value(json_object_get(value, "total")));
}

static void probers_print(const json_t *value, const json_t *status)
{
	(void)status;
	value_print(value);
	printf(" in the last minute");
}

static void age_print(const json_t *value, const json_t *status)
{
	json_int_t whole = (json_int_t)json_number_value(value);
	json_t *seconds;

	(void)status;
	if (whole < 60) {
		printf("%.1f seconds ago", json_number_value(value));
		return;
	}
	seconds = json_integer(whole);
	seconds_print(seconds);
	printf(" ago");
	json_decref(seconds);
}

static void capture_print(const json_t *value, const json_t *status)
{
	(void)status;
	value_print(json_object_get(value, "dropped"));
	printf(" dropped");
}

static void relays_print(const json_t *value, const json_t *status)
{
	json_int_t count = json_integer_value(json_object_get(value, "count"));

	(void)status;
	printf("%" JSON_INTEGER_FORMAT, count);
	if (count)
		printf(", %.1f ms on average", json_number_value(json_object_get(value, "sum")) * 1e3 / (double)count);
}

/* By their end, of all front ends together. */
static void ended_print(const json_t *value, const json_t *status)
{
	static const char *const ends[] = { "arrived", "stopped", "limited" };

	(void)status;
	for (size_t end = 0; end < sizeof(ends) / sizeof(ends[0]); end++) {
		json_int_t sum = 0;

		for (size_t i = 0; i < json_array_size(value); i++) {
			const json_t *row = json_array_get(value, i);
			const char *name = json_string_value(json_object_get(row, "end"));

			if (name && strcmp(name, ends[end]) == 0)
				sum += json_integer_value(json_object_get(row, "count"));
		}
		printf("%s%" JSON_INTEGER_FORMAT " %s", end ? ", " : "", sum, ends[end]);
	}
}

static void family_print(const char *name, const json_t *family, const char **comma)
{
	const char *state = json_string_value(json_object_get(family, "state"));
	const char *backend = json_string_value(json_object_get(family, "backend"));
	json_int_t repaired = json_integer_value(json_object_get(family, "repaired"));

	if (!family)
		return;
	printf("%s%s %s (%s)", *comma, name, state ? state : "?", backend ? backend : "?");
	if (repaired)
		printf(", repaired %" JSON_INTEGER_FORMAT " time%s", repaired, repaired == 1 ? "" : "s");
	*comma = ", ";
}

static void rules_print(const json_t *value, const json_t *status)
{
	const char *comma = "";

	(void)status;
	if (json_is_string(value)) {
		value_print(value);
		return;
	}
	family_print("IPv4", json_object_get(value, "ipv4"), &comma);
	family_print("IPv6", json_object_get(value, "ipv6"), &comma);
}

/* Fields with a form of their own; all others are printed as they are. label NULL: with another, or not for people. */
static const struct {
	const char *name, *label;
	void (*print)(const json_t *value, const json_t *status);
} rows[] = {
	{ "uptime_s", "uptime", uptime_print },
	{ "flights", "flights", flights_print },
	{ "capacity", NULL, NULL },
	{ "warnings", NULL, NULL },
	{ "start_time_s", NULL, NULL },
	{ "draining_s", "draining", drain_print },
	{ "frontends", "front ends", frontends_print },
	{ "answer_from", "answer-from", families_print },
	{ "inflection", "inflection", families_print },
	{ "limits", "limits", limits_print },
	{ "probers_60s", "probers", probers_print },
	{ "last_turned_s", "last turned", age_print },
	{ "last_relayed_s", "last relayed", age_print },
	{ "capture", "capture", capture_print },
	{ "relay_seconds", "relayed", relays_print },
	{ "traces_total", "ended", ended_print },
	{ "traces_evicted", "evicted", NULL },
	{ "rules", "rules", rules_print },
	{ "queues", NULL, NULL },
	{ "peers", NULL, NULL },
	{ "problems", NULL, NULL },
};

static void field_print(const char *name, const json_t *value, const json_t *status)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(name, rows[i].name) != 0)
			continue;
		if (!rows[i].label)
			return;
		label_print(rows[i].label);
		if (rows[i].print)
			rows[i].print(value, status);
		else
			value_print(value);
		putchar('\n');
		return;
	}
	label_print(name);
	value_print(value);
	putchar('\n');
}

static void queues_print(const json_t *queues)
{
	char label[24];

	for (size_t i = 0; i < json_array_size(queues); i++) {
		const json_t *queue = json_array_get(queues, i);

		snprintf(label, sizeof(label), "queue %" JSON_INTEGER_FORMAT,
			json_integer_value(json_object_get(queue, "queue")));
		label_print(label);
		value_print(json_object_get(queue, "waiting"));
		printf(" waiting, ");
		value_print(json_object_get(queue, "dropped"));
		printf(" dropped, ");
		value_print(json_object_get(queue, "lost"));
		puts(" lost");
	}
	if (!queues) {
		label_print("queue");
		puts("figures not readable (needs root)");
	}
}

static void peers_print(const json_t *peers)
{
	for (size_t i = 0; i < json_array_size(peers); i++) {
		const json_t *peer = json_array_get(peers, i), *heard = json_object_get(peer, "last_heard_s");

		label_print("peer");
		value_print(json_object_get(peer, "address"));
		printf(", port ");
		value_print(json_object_get(peer, "port"));
		printf(heard ? ", heard " : ", never heard");
		if (heard)
			age_print(heard, NULL);
		for (size_t j = 0; j < 4; j++) {
			static const char *const names[] = { "sent", "received", "matched", "refused" };

			printf(", ");
			value_print(json_object_get(peer, names[j]));
			printf(" %s", names[j]);
		}
		putchar('\n');
	}
}

/* A line for each. */
static void lines_print(const char *label, const json_t *lines)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		label_print(label);
		value_print(json_array_get(lines, i));
		putchar('\n');
	}
}

void print_status(const json_t *status)
{
	const json_t *problems = json_object_get(status, "problems");
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)status, name, value) {
		field_print(name, value, status);
	}
	queues_print(json_object_get(status, "queues"));
	peers_print(json_object_get(status, "peers"));
	lines_print("warning", json_object_get(status, "warnings"));
	puts(json_array_size(problems) ? "\nproblems" : "\nno problems");
	for (size_t i = 0; i < json_array_size(problems); i++) {
		printf("  ");
		value_print(json_array_get(problems, i));
		putchar('\n');
	}
}
