/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/trace_list.h"

#include <stdlib.h>

#include "config/config_types.h"
#include "process/workers.h"

/* Bytes of an answer with hops, before the last of its traces: with that it fits the output buffer of a client. */
enum { FOLLOWED_SIZE = 40000 };

/* Where the next trace of each worker is to be read, the last one first. */
struct merge {
	struct workers *workers;
	uint64_t next[CONFIG_QUEUES]; /* number, 0: there is none */
	struct trace heads[CONFIG_QUEUES];
};

static void advance(struct merge *m, unsigned worker)
{
	if (m->next[worker])
		m->next[worker]--;
	if (!traces_read_ended(workers_traces(m->workers, worker), m->next[worker], &m->heads[worker]))
		m->next[worker] = 0;
}

static struct merge *merge_make(struct workers *w)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->workers = w;
	for (unsigned i = 0; i < workers_count(w); i++) {
		m->next[i] = workers_traces_ended(w, i) + 1;
		advance(m, i);
	}
	return m;
}

/* The latest that has not been taken yet, valid until the next call; NULL: there is none. */
static const struct trace *merge_take(struct merge *m, struct trace *taken)
{
	int latest = -1;

	for (unsigned i = 0; i < workers_count(m->workers); i++)
		if (m->next[i] && (latest < 0 || m->heads[i].ended_ns > m->heads[latest].ended_ns))
			latest = (int)i;
	if (latest < 0)
		return NULL;
	*taken = m->heads[latest];
	advance(m, (unsigned)latest);
	return taken;
}

static json_t *list_of(json_t *traces)
{
	return json_pack("{so}", "traces", traces);
}

/* before: the identifier of a trace, of which and of those after it nothing is wanted; 0: all are. */
static json_t *ended(struct workers *w, size_t last, uint64_t before, const struct report_clocks *clocks)
{
	struct merge *m = merge_make(w);
	json_t *traces = json_array();
	bool is_before = !before;
	struct trace taken;

	while (m && json_array_size(traces) < last && merge_take(m, &taken)) {
		if (is_before)
			json_array_insert_new(traces, 0, report_kept(&taken, clocks));
		is_before |= taken.id == before;
	}
	free(m);
	return list_of(traces);
}

static int compare(const void *a, const void *b)
{
	uint64_t one = ((const struct trace *)a)->probed_ns, other = ((const struct trace *)b)->probed_ns;

	return (one > other) - (one < other);
}

/* The latest of all workers' that go on, in no order. */
static size_t find_open(struct workers *w, struct trace *found)
{
	size_t count = 0, oldest = 0;
	struct trace trace;

	for (unsigned i = 0; i < workers_count(w); i++) {
		for (unsigned place = 0; place < TRACES_OPEN; place++) {
			if (!traces_read_open(workers_traces(w, i), place, &trace))
				continue;
			if (count < TRACE_LIST_MOST)
				found[count++] = trace;
			else if (trace.probed_ns > found[oldest].probed_ns)
				found[oldest] = trace;
			else
				continue;
			for (size_t at = 0; at < count; at++)
				if (found[at].probed_ns < found[oldest].probed_ns)
					oldest = at;
		}
	}
	return count;
}

static json_t *open_ones(struct workers *w, const struct report_clocks *clocks)
{
	struct trace *found = calloc(TRACE_LIST_MOST, sizeof(*found));
	json_t *traces = json_array();
	size_t count = found ? find_open(w, found) : 0;

	if (count)
		qsort(found, count, sizeof(*found), compare);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(traces, report_kept(&found[i], clocks));
	free(found);
	return list_of(traces);
}

static bool find_one(struct workers *w, uint64_t id, struct trace *trace)
{
	for (unsigned i = 0; i < workers_count(w); i++) {
		const struct traces *t = workers_traces(w, i);
		uint64_t last = workers_traces_ended(w, i);

		for (unsigned place = 0; place < TRACES_OPEN; place++)
			if (traces_read_open(t, place, trace) && trace->id == id)
				return true;
		for (uint64_t n = last; n && n + TRACES_ENDED > last; n--)
			if (traces_read_ended(t, n, trace) && trace->id == id)
				return true;
	}
	return false;
}

static json_t *one(struct workers *w, uint64_t id, const struct report_clocks *clocks, const char **why)
{
	struct trace trace;
	json_t *o;

	if (!find_one(w, id, &trace)) {
		*why = "id: no such trace (the last 1024 are kept)";
		return NULL;
	}
	o = report_kept(&trace, clocks);
	json_object_set_new(o, "hops", report_kept_hops(&trace));
	return list_of(json_pack("[o]", o));
}

/* --- what has ended since --- */

/* Numbers of the last trace of each worker that the client has got; those that it does not name: none. */
static void read_from(const json_t *from, struct workers *w, uint64_t *got)
{
	for (unsigned i = 0; i < workers_count(w); i++) {
		const json_int_t number = json_integer_value(json_array_get(from, i));

		got[i] = number > 0 && (uint64_t)number <= workers_traces_ended(w, i) ? (uint64_t)number : 0;
	}
}

/* Past those that are not kept any more; how many these were, unless the client begins. */
static uint64_t skip(struct workers *w, uint64_t *got, bool is_begun)
{
	uint64_t missed = 0;

	for (unsigned i = 0; i < workers_count(w); i++) {
		const uint64_t ended = workers_traces_ended(w, i),
			       gone = ended > TRACES_ENDED ? ended - TRACES_ENDED : 0;

		if (got[i] >= gone)
			continue;
		missed += is_begun ? gone - got[i] : 0;
		got[i] = gone;
	}
	return missed;
}

/* The first that has ended of those that come next; false: there is none. */
static bool take_next(struct workers *w, uint64_t *got, struct trace *taken)
{
	int first = -1;

	for (unsigned i = 0; i < workers_count(w); i++) {
		const uint64_t ended = workers_traces_ended(w, i); /* another process goes on counting */
		struct trace head = { .ended_ns = 0 };

		/* one that was replaced since is passed over */
		while (got[i] < ended && !traces_read_ended(workers_traces(w, i), got[i] + 1, &head))
			got[i]++;
		if (got[i] >= ended || (first >= 0 && head.ended_ns >= taken->ended_ns))
			continue;
		first = (int)i;
		*taken = head;
	}
	if (first >= 0)
		got[first]++;
	return first >= 0;
}

static json_t *followed(struct workers *w, const json_t *from, const struct report_clocks *clocks)
{
	uint64_t got[CONFIG_QUEUES] = { 0 };
	json_t *traces = json_array(), *next = json_array();
	uint64_t missed;
	size_t size = 0;
	struct trace taken;

	read_from(from, w, got);
	missed = skip(w, got, json_array_size(from) > 0);
	while (size < FOLLOWED_SIZE && json_array_size(traces) < TRACE_LIST_MOST && take_next(w, got, &taken)) {
		json_t *o = report_kept(&taken, clocks);

		json_object_set_new(o, "hops", report_kept_hops(&taken));
		size += json_dumpb(o, NULL, 0, JSON_REAL_PRECISION(15));
		json_array_append_new(traces, o);
	}
	for (unsigned i = 0; i < workers_count(w); i++)
		json_array_append_new(next, json_integer((json_int_t)got[i]));
	return json_pack("{so so sI}", "traces", traces, "next", next, "missed", (json_int_t)missed);
}

/* A positive number; false where it is anything else. Absent: what it was. */
static bool number_read(const json_t *request, const char *name, uint64_t *number)
{
	const json_t *value = json_object_get(request, name);

	if (!value)
		return true;
	if (json_integer_value(value) < 1)
		return false;
	*number = (uint64_t)json_integer_value(value);
	return true;
}

json_t *trace_list_answer(struct workers *w, const json_t *request, const struct report_clocks *clocks,
	const char **why)
{
	uint64_t id = 0, before = 0, last = TRACE_LIST_MOST;
	const json_t *from = json_object_get(request, "from");

	*why = NULL;
	if (from && !json_is_array(from))
		*why = "from: expected a list of numbers, as \"next\" of the answer before";
	else if (!number_read(request, "id", &id))
		*why = "id: expected the identifier of a trace";
	else if (!number_read(request, "before", &before))
		*why = "before: expected the identifier of a trace";
	else if (!number_read(request, "last", &last))
		*why = "last: expected a number of 1 or more";
	if (*why)
		return NULL;
	if (json_is_array(from))
		return followed(w, from, clocks);
	if (id)
		return one(w, id, clocks, why);
	if (json_is_true(json_object_get(request, "open")))
		return open_ones(w, clocks);
	return ended(w, last < TRACE_LIST_MOST ? (size_t)last : TRACE_LIST_MOST, before, clocks);
}
