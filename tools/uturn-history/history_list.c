/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history list`: which prefixes are known; of one prefix or AS, the last paths to it. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "history_print.h"
#include "list_paths.h"

struct listing {
	struct store *store;
	const struct history_options *options;
	bool has_paths, has_failed;
};

static bool list_one(void *owner, const struct store_series *s)
{
	struct listing *l = owner;

	if (l->options->is_json && !l->has_paths) {
		print_object(print_series_json(l->store, s));
	} else if (l->options->is_json) {
		l->has_failed = !list_paths_json(l->store, s, l->options->since_ms);
	} else {
		print_series(l->store, s);
		l->has_failed = l->has_paths && !list_paths_print(l->store, s, l->options->since_ms);
	}
	return !l->has_failed;
}

int history_list(const struct history_options *o)
{
	struct listing l = { .options = o, .has_paths = o->argument_count > 0 };
	struct store_query q;
	int64_t found;

	if (!history_query(o, &q))
		return HISTORY_ERROR;
	l.store = history_open(o, true);
	if (!l.store)
		return HISTORY_ERROR;
	found = store_series(l.store, &q, list_one, &l);
	if (found < 0 || l.has_failed)
		history_error("%s", store_why(l.store));
	else if (!found && !o->is_json)
		puts("no trace is kept");
	store_close(l.store);
	return found < 0 || l.has_failed ? HISTORY_ERROR : found ? EXIT_SUCCESS : HISTORY_OTHER;
}
