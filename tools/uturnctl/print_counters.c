/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "packet/reason.h"
#include "print.h"

static const char *const headings[] = {
	[KIND_DONE] = "done",
	[KIND_PASS] = "passed to the kernel",
	[KIND_DROP] = "dropped without an answer",
	[KIND_FAULT] = "refused or lost by the system",
};

enum { KINDS = sizeof(headings) / sizeof(headings[0]) };

/* 1234567 as 1,234,567. */
static const char *grouped(json_int_t value, char text[32])
{
	char plain[24];
	size_t len = (size_t)snprintf(plain, sizeof(plain), "%" JSON_INTEGER_FORMAT, value);
	char *out = text;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*out++ = ',';
		*out++ = plain[i];
	}
	*out = '\0';
	return text;
}

/* NULL: a counter of a newer uturnd. */
static const struct reason_row *row_find(const char *counter)
{
	for (size_t i = 0; i < REASON_COUNT; i++)
		if (strcmp(reason_table[i].counter, counter) == 0)
			return &reason_table[i];
	return NULL;
}

static size_t print_kind(const json_t *counters, int kind, bool is_all)
{
	const char *name;
	char text[32];
	json_t *value;
	size_t lines = 0;

	json_object_foreach((json_t *)counters, name, value) {
		const struct reason_row *row = row_find(name);
		json_int_t count = json_integer_value(value);

		if ((row ? (int)row->kind : KINDS) != kind || (!count && !is_all))
			continue;
		if (lines++ == 0)
			printf("%s\n", kind < KINDS ? headings[kind] : "others");
		printf("  %-17s %13s  %s\n", name, grouped(count, text), row ? row->words : "");
	}
	return lines;
}

void print_counters(const json_t *counters, bool is_all)
{
	size_t lines = 0;

	for (int kind = 0; kind <= KINDS; kind++)
		lines += print_kind(counters, kind, is_all);
	if (!lines)
		puts("nothing counted yet (--all shows every counter)");
}
