/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option_set.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_error.h"

static bool put(const struct trace_option *row, struct trace_options *o, unsigned value)
{
	void *field = (char *)o + row->offset;

	switch (row->size) {
	case 1:
		*(uint8_t *)field = (uint8_t)value;
		return true;
	case 2:
		*(uint16_t *)field = (uint16_t)value;
		return true;
	case 4:
		*(uint32_t *)field = value;
		return true;
	default:
		abort();
	}
}

void option_fail(const struct trace_options *o, const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	if (o->is_like)
		trace_error("%s: %s", o->like, why);
	else
		trace_error("%s", why);
}

bool option_flag(const struct trace_option *row, const char *text, struct trace_options *o)
{
	(void)text;
	return put(row, o, row->low);
}

bool option_number(const struct trace_option *row, const char *text, struct trace_options *o)
{
	const size_t digits = strspn(text, "0123456789");
	const unsigned number = digits && digits < 9 ? (unsigned)strtoul(text, NULL, 10) : 0;

	if (digits && digits < 9 && !text[digits] && number >= row->low && number <= row->high)
		return put(row, o, number);
	option_fail(o, "--%s: '%s' is not a number between %u and %u", row->name, text, row->low, row->high);
	return false;
}

bool option_auto_or_number(const struct trace_option *row, const char *text, struct trace_options *o)
{
	return strcmp(text, "auto") == 0 ? put(row, o, 0) : option_number(row, text, o);
}

bool option_time(const struct trace_option *row, const char *text, struct trace_options *o)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "", 1e9 } };
	const double most_ns = 3600e9; /* a saved trace has 32 bits for microseconds */
	char *end;
	double number = strtod(text, &end);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end == text || strcmp(end, units[i].unit) != 0 || !(number > 0) || number * units[i].ns > most_ns)
			continue;
		*(uint64_t *)(void *)((char *)o + row->offset) = (uint64_t)(number * units[i].ns);
		return true;
	}
	option_fail(o, "--%s: '%s' is not a time like 500ms or 2s, 60m at most", row->name, text);
	return false;
}

bool option_word(const struct trace_option *row, const char *text, struct trace_options *o)
{
	char list[120] = "";

	for (unsigned i = 0; row->words[i]; i++) {
		if (strcmp(text, row->words[i]) == 0)
			return put(row, o, i);
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "", row->words[i]);
	}
	option_fail(o, "--%s: '%s' is not one of %s", row->name, text, list);
	return false;
}

bool option_text(const struct trace_option *row, const char *text, struct trace_options *o)
{
	*(const char **)(void *)((char *)o + row->offset) = text;
	return true;
}
