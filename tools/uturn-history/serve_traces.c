/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept_bytes.h"
#include "kept_json.h"
#include "serve_answers.h"

static bool take_trace(void *owner, const struct store_trace *t)
{
	char id[STORE_ID_SIZE];
	const uint32_t last_us = t->rtt_count ? kept_rtt_of(t->rtts + 2 * (t->rtt_count - 1)) : 0;

	json_array_append_new(owner,
		json_pack("{ss sI ss si sf}", "id", store_id(t->series, t->at_ms, id), "at", (json_int_t)t->at_ms,
			"end", kept_ends[t->end], "routers", (int)t->rtt_count, "ms", (double)last_us / 1000));
	return true;
}

json_t *answer_traces(struct store *s, const char *series, const char *before)
{
	const int64_t id = answer_number(series, INT64_MAX), until_ms = answer_number(before, INT64_MAX);
	json_t *rows;

	if (id < 0 || until_ms < 0)
		return answer_error("series, before: not a number");
	rows = json_array();
	if (store_traces(s, id, 0, until_ms, ANSWER_TRACES, true, take_trace, rows) < 0) {
		json_decref(rows);
		return NULL;
	}
	return json_pack("{sb so}", "more", json_array_size(rows) == ANSWER_TRACES, "traces", rows);
}

/* What kept_json() does not say of a router: what kind of address it has, and whether it is of the prefix traced to. */
static json_t *hops_of(struct store *s, json_t *names, const struct kept *k)
{
	json_t *hops = json_array();

	for (unsigned hop = 1; hop <= k->hops; hop++) {
		json_t *routers = json_array();

		for (unsigned i = k->first[hop - 1]; i < k->first[hop]; i++) {
			json_t *o = answer_router(s, names, &k->routers[i]);

			json_object_set_new(o, "ms", json_real((double)k->routers[i].rtt_us / 1000));
			if (prefix_contains(&k->remote, &k->routers[i].addr))
				json_object_set_new(o, "remote", json_true());
			json_array_append_new(routers, o);
		}
		json_array_append_new(hops, routers);
	}
	return hops;
}

static json_t *trace_json(struct store *s, const struct kept *k, const char *id)
{
	json_t *o = kept_json(k), *names = json_object();

	json_object_set_new(o, "id", json_string(id));
	json_object_set_new(o, "hops", hops_of(s, names, k));
	json_object_set_new(o, "names", names);
	return o;
}

json_t *answer_trace(struct store *s, const char *id)
{
	int64_t series, at_ms, found;
	struct kept k;
	json_t *o;

	if (!id || !store_id_parse(id, &series, &at_ms))
		return answer_error("This is not the number of a trace.");
	found = store_trace(s, series, at_ms, &k);
	o = found > 0 ? trace_json(s, &k, id) : found ? NULL : answer_error("This trace is not kept any more.");
	kept_done(&k);
	return o;
}
