/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An option of option_values.h as a row of its table, and the setters. */
#ifndef UTURN_TRACE_OPTION_SET_H
#define UTURN_TRACE_OPTION_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "option_values.h"

struct trace_option {
	const char *name, *value; /* value NULL: it has none */
	const char *help;
	/* False after an error message. text: NULL where the option has no value. */
	bool (*set)(const struct trace_option *row, const char *text, struct trace_options *o);
	char letter; /* 0: none */
	size_t offset, size; /* of the field */
	unsigned low, high; /* of a number; of a flag, low is what it sets */
	bool is_kept; /* in a saved trace, for --like */
	const char *const *words; /* NULL-terminated; the index is the value */
};

/* An error message, which names the file that the option is of. */
void option_fail(const struct trace_options *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool option_flag(const struct trace_option *row, const char *text, struct trace_options *o); /* any size of field */
bool option_number(const struct trace_option *row, const char *text, struct trace_options *o);
bool option_auto_or_number(const struct trace_option *row, const char *text, struct trace_options *o); /* auto: 0 */
bool option_time(const struct trace_option *row, const char *text, struct trace_options *o); /* uint64_t, ns */
bool option_word(const struct trace_option *row, const char *text, struct trace_options *o);
bool option_text(const struct trace_option *row, const char *text, struct trace_options *o); /* borrowed */

#endif
