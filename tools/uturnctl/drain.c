/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/keywords.h"
#include "connection.h"
#include "errors.h"
#include "print.h"

enum { DAY_S = 86400 };

bool drain_time(const char *text, unsigned *seconds)
{
	static const struct {
		const char *name;
		unsigned seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 } };
	const char *unit;
	unsigned long value;

	*seconds = 0;
	if (strcmp(text, "off") == 0)
		return true;
	unit = number_parse(text, "smh", &value);
	for (size_t i = 0; unit && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0 || value < 1 || value > DAY_S / units[i].seconds)
			continue;
		*seconds = (unsigned)value * units[i].seconds;
		return true;
	}
	return false;
}

bool drain_words(const json_t *answer, char words[DRAIN_LEFT_SIZE])
{
	const json_t *value = json_object_get(answer, "draining_s");
	json_int_t left = json_integer_value(value);
	char time[PRINT_TIME_SIZE];

	if (!value)
		return false;
	snprintf(words, DRAIN_LEFT_SIZE, "draining, %s left", print_time(left, time));
	return true;
}

int drain_run(const struct ctl_command *c, const struct ctl_options *o)
{
	char request[64] = "{\"op\":\"drain\"}", words[DRAIN_LEFT_SIZE];
	unsigned seconds;
	json_t *answer;
	char *text;

	if (o->argument_count && !drain_time(o->arguments[0], &seconds)) {
		errors_print("%s: '%s' is not a time from 1s to 24h (such as 10m), nor off", c->row.name,
			o->arguments[0]);
		return EXIT_USAGE;
	}
	if (o->argument_count)
		snprintf(request, sizeof(request), "{\"op\":\"drain\",\"seconds\":%u}", seconds);
	answer = connection_ask(o->path, request);
	if (!answer)
		return EXIT_FAILURE;
	if (o->is_json) {
		text = json_dumps(answer, PRINT_JSON);
		puts(text ? text : "{}");
		free(text);
	} else {
		puts(drain_words(answer, words) ? words : "not draining");
	}
	json_decref(answer);
	return EXIT_SUCCESS;
}
