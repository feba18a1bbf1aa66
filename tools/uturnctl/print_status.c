/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "print.h"

enum { LABEL_WIDTH = 10 };

/* The two largest units: "3 days 4 hours". */
static void seconds_print(const json_t *value)
{
	static const struct {
		json_int_t seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	json_int_t left = json_integer_value(value);
	size_t shown = 0;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && shown < 2; i++) {
		json_int_t count = left / units[i].seconds;

		left %= units[i].seconds;
		if (count) {
			printf("%s%" JSON_INTEGER_FORMAT " %s%s", shown ? " " : "", count, units[i].name,
				count == 1 ? "" : "s");
			shown++;
		} else if (shown) {
			break;
		}
	}
	if (!shown)
		printf("less than a second");
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

/* Fields with a form of their own; all others are printed as they are. */
static bool has_own_form(const char *name, const json_t *value, const json_t *status)
{
	if (strcmp(name, "uptime_s") == 0) {
		printf("%-*s", LABEL_WIDTH, "uptime");
		seconds_print(value);
	} else if (strcmp(name, "flights") == 0) {
		printf("%-*s", LABEL_WIDTH, name);
		value_print(value);
		printf(" out, of ");
		value_print(json_object_get(status, "capacity"));
	} else {
		return false;
	}
	return true;
}

/* A line for each. */
static void warnings_print(const json_t *warnings)
{
	for (size_t i = 0; i < json_array_size(warnings); i++) {
		printf("%-*s", LABEL_WIDTH, "warning");
		value_print(json_array_get(warnings, i));
		putchar('\n');
	}
}

void print_status(const json_t *status)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)status, name, value) {
		if (strcmp(name, "capacity") == 0 || strcmp(name, "warnings") == 0)
			continue;
		if (!has_own_form(name, value, status)) {
			printf("%-*s", LABEL_WIDTH, name);
			value_print(value);
		}
		putchar('\n');
	}
	warnings_print(json_object_get(status, "warnings"));
}
