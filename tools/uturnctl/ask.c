/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that are one question and one answer: counters, reload. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "connection.h"
#include "print.h"

static void print_reloaded(const json_t *answer)
{
	const json_t *fixed = json_object_get(answer, "until_restart");

	puts("reloaded");
	for (size_t i = 0; i < json_array_size(fixed); i++) {
		const char *keyword = json_string_value(json_array_get(fixed, i));

		printf("%s: unchanged until uturnd is restarted\n", keyword ? keyword : "?");
	}
	/* where they are kept they follow by themselves */
	if (json_array_size(json_object_get(answer, "rules")) > 0 &&
		!json_is_true(json_object_get(answer, "rules_kept"))) {
		const char *file = json_string_value(json_object_get(answer, "config"));

		printf("run: uturn-rules apply --config %s\n", file ? file : "FILE");
	}
}

/* The answer, a new reference, printed where JSON is wanted; NULL after an error message. */
static json_t *ask(const char *request, const struct ctl_options *o)
{
	struct connection connection;
	json_t *answer = NULL;

	if (!connection_open(&connection, o->path, request))
		return NULL;
	if (connection_line(&connection, NULL))
		answer = connection_answer(&connection);
	if (answer && o->is_json)
		fputs(connection.line, stdout);
	connection_close(&connection);
	return answer;
}

int counters_run(const struct ctl_command *c, const struct ctl_options *o)
{
	json_t *answer = ask("{\"op\":\"counters\"}", o);

	(void)c;
	if (answer && !o->is_json)
		print_counters(answer, o->is_all);
	json_decref(answer);
	return answer ? EXIT_SUCCESS : EXIT_FAILURE;
}

int reload_run(const struct ctl_command *c, const struct ctl_options *o)
{
	json_t *answer = ask("{\"op\":\"reload\"}", o);

	(void)c;
	if (answer && !o->is_json)
		print_reloaded(answer);
	json_decref(answer);
	return answer ? EXIT_SUCCESS : EXIT_FAILURE;
}
