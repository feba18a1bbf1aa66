/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl traces`: the last ones that have ended, or one of them hop by hop. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "common/keywords.h"
#include "connection.h"
#include "errors.h"
#include "print.h"
#include "traces_follow.h"

enum { LAST = 20, REQUEST_SIZE = 96 };

/* An answer's array of traces, a new reference; NULL after an error message. */
static json_t *traces_ask(const char *path, const char *request)
{
	json_t *answer = connection_ask(path, request);
	json_t *traces = json_incref(json_object_get(answer, "traces"));

	if (answer && !json_is_array(traces)) {
		errors_print("the answer has no traces: is this the control socket of uturnd?");
		json_decref(traces);
		traces = NULL;
	}
	json_decref(answer);
	return traces;
}

/* What comes before all of these. */
static void insert(json_t *all, const json_t *older)
{
	for (size_t i = json_array_size(older); i-- > 0;)
		json_array_insert(all, 0, json_array_get(older, i));
}

/* One answer does not hold as many as may be asked for; NULL after an error message. */
static json_t *list_ask(const char *path, unsigned last)
{
	json_t *all = json_array();
	size_t count = 0, got;

	do {
		const json_t *first = json_array_get(all, 0);
		json_int_t before = json_integer_value(json_object_get(first, "id"));
		char request[REQUEST_SIZE], older[48] = "";
		json_t *traces;

		if (first)
			snprintf(older, sizeof(older), ",\"before\":%" JSON_INTEGER_FORMAT, before);
		snprintf(request, sizeof(request), "{\"op\":\"traces\",\"last\":%zu%s}", last - count, older);
		traces = traces_ask(path, request);
		if (!traces) {
			json_decref(all);
			return NULL;
		}
		got = json_array_size(traces);
		insert(all, traces);
		count += got;
		json_decref(traces);
	} while (got && count < last);
	return all;
}

static json_t *one_ask(const char *path, unsigned long id)
{
	char request[REQUEST_SIZE];

	snprintf(request, sizeof(request), "{\"op\":\"traces\",\"id\":%lu}", id);
	return traces_ask(path, request);
}

static void print_json(json_t *traces)
{
	json_t *answer = json_pack("{sO}", "traces", traces);
	char *text = json_dumps(answer, PRINT_JSON);

	puts(text ? text : "{}");
	free(text);
	json_decref(answer);
}

int traces_run(const struct ctl_command *c, const struct ctl_options *o)
{
	const char *id = o->argument_count ? o->arguments[0] : NULL;
	unsigned long number = 0;
	json_t *traces;

	(void)c;
	if (id && (!number_parse(id, "", &number) || !number)) {
		errors_print("traces: '%s' is not the number of a trace, of the first column of uturnctl traces", id);
		return EXIT_USAGE;
	}
	if (o->is_following && id) {
		errors_print("traces: -f follows all traces (leave out the identifier)");
		return EXIT_USAGE;
	}
	if (o->is_following)
		return traces_follow(o, o->last ? o->last : LAST);
	traces = id ? one_ask(o->path, number) : list_ask(o->path, o->last ? o->last : LAST);
	if (!traces)
		return EXIT_FAILURE;
	if (o->is_json)
		print_json(traces);
	else if (id)
		print_kept_trace(json_array_get(traces, 0));
	else
		print_traces(traces);
	json_decref(traces);
	return EXIT_SUCCESS;
}
