/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/trace_follow.h"

#include <stdio.h>

const char *trace_follow_request(const struct trace_follow *f, char text[TRACE_FOLLOW_REQUEST_SIZE])
{
	json_t *request = json_pack("{ss sO*}", "op", "traces", "from", f->next);
	size_t len;

	if (request && !f->next)
		json_object_set_new(request, "from", json_array());
	len = request ? json_dumpb(request, text, TRACE_FOLLOW_REQUEST_SIZE - 1, JSON_COMPACT) : 0;
	json_decref(request);
	if (!len || len >= TRACE_FOLLOW_REQUEST_SIZE)
		return NULL;
	text[len] = '\0';
	return text;
}

int trace_follow_take(struct trace_follow *f, const json_t *answer, void (*told)(void *owner, const json_t *trace),
	void *owner, const char **why)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	json_t *traces = json_object_get(answer, "traces"), *next = json_object_get(answer, "next");
	const json_int_t missed = json_integer_value(json_object_get(answer, "missed"));
	const size_t count = json_array_size(traces);

	*why = error ? error : "the answer has no traces with what comes next: is this the control socket of uturnd?";
	if (error || !json_is_array(traces) || !json_is_array(next))
		return -1;
	json_incref(next);
	json_decref(f->next);
	f->next = next;
	f->missed += missed > 0 ? (uint64_t)missed : 0;
	for (size_t i = 0; i < count; i++)
		told(owner, json_array_get(traces, i));
	return count < INT32_MAX ? (int)count : INT32_MAX;
}

void trace_follow_done(struct trace_follow *f)
{
	json_decref(f->next);
	*f = (struct trace_follow){ NULL, 0 };
}
