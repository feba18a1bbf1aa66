/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve_answers.h"

enum { PAGES = 1000000 };

struct found {
	struct store *store;
	json_t *names, *rows;
	int64_t skip; /* rows of the pages before */
	bool has_more;
};

static bool take_series(void *owner, const struct store_series *series)
{
	struct found *f = owner;

	if (f->skip > 0) {
		f->skip--;
		return true;
	}
	f->has_more = json_array_size(f->rows) == ANSWER_SERIES;
	if (!f->has_more)
		json_array_append_new(f->rows, answer_series(f->store, f->names, series));
	return !f->has_more;
}

static bool take_change(void *owner, const struct store_change *c)
{
	struct found *f = owner;

	json_array_append_new(f->rows, answer_change(f->store, f->names, c));
	return true;
}

json_t *answer_search(struct store *s, const char *q, const char *page)
{
	const int64_t number = page ? answer_number(page, PAGES) : 0;
	struct store_query query = { .has_prefix = false };
	struct found series = { .store = s, .skip = number * ANSWER_SERIES }, changes = { .store = s };
	json_t *names;

	if (number < 0)
		return answer_error("page: not a number");
	if (q && *q && !store_query_parse(q, &query))
		return answer_error("This is not a prefix, an address or an AS.");
	series.names = changes.names = names = json_object();
	series.rows = json_array();
	changes.rows = json_array();
	if (store_series(s, &query, take_series, &series) < 0 ||
		(!number && store_changes(s, &query, 0, ANSWER_CHANGES, take_change, &changes) < 0)) {
		json_decref(names);
		json_decref(series.rows);
		json_decref(changes.rows);
		return NULL;
	}
	return json_pack("{so so so sI sb}", "series", series.rows, "changes", changes.rows, "names", names, "page",
		(json_int_t)number, "more", series.has_more);
}
