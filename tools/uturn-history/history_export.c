/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history export`: what is kept, as lines that import takes; of probers their prefixes alone. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "history_print.h"
#include "kept_json.h"

enum { PAGE = 1000 }; /* traces that are read at once */

struct exporting {
	struct store *store;
	const struct history_options *options;
	const struct store_series *series;
	int64_t next_ms;
	bool has_failed;
};

static void print(struct kept *k)
{
	if (k->front != KEPT_TRACE && k->remote.length > prefix_of_network(&k->remote.addr).length)
		kept_cut(k);
	print_object(kept_json(k));
}

static bool print_trace(void *owner, const struct store_trace *t)
{
	struct exporting *e = owner;
	struct kept k;
	/* which flow met which router is of uturn-trace alone */
	const int64_t found = e->series->front == KEPT_TRACE ? store_trace(e->store, t->series, t->at_ms, &k)
							     : store_fill(e->store, e->series, t, &k);

	if (found == 1)
		print(&k);
	kept_done(&k);
	e->next_ms = t->at_ms + 1;
	e->has_failed = found < 0 || ferror(stdout);
	return !e->has_failed;
}

static bool export_series(void *owner, const struct store_series *s)
{
	struct exporting *e = owner;
	int64_t told;

	e->series = s;
	e->next_ms = e->options->since_ms == INT64_MIN ? 0 : e->options->since_ms;
	do {
		told = store_paths_read(e->store, s->id, e->next_ms, PAGE);
		if (told >= 0)
			told = store_traces(e->store, s->id, e->next_ms, INT64_MAX, PAGE, false, print_trace, e);
	} while (told == PAGE && !e->has_failed);
	e->has_failed |= told < 0;
	return !e->has_failed;
}

int history_export(const struct history_options *o)
{
	struct exporting e = { .options = o };
	struct store_query q;
	int64_t told;

	if (!history_query(o, &q))
		return HISTORY_ERROR;
	e.store = history_open(o, true);
	if (!e.store)
		return HISTORY_ERROR;
	told = store_series(e.store, &q, export_series, &e);
	if (told < 0 || e.has_failed)
		history_error("export: %s", store_why(e.store));
	store_close(e.store);
	return told < 0 || e.has_failed ? HISTORY_ERROR : EXIT_SUCCESS;
}
