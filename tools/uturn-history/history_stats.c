/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history stats`: how much is kept, and which uplinks the paths take. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/text.h"
#include "history_print.h"

enum { UPLINKS = 64, DAYS = 7, DAY_MS = 86400000 };

/* The first router of a path, and how many traces have it; those of a balancer have several. */
struct uplink {
	struct kept_router router;
	int64_t traces;
};

struct counting {
	struct store *store;
	int64_t since_ms, traces;
	struct uplink uplinks[UPLINKS];
	unsigned count;
	bool has_failed;
};

static void count_router(struct counting *c, const struct kept_router *r, int64_t traces)
{
	unsigned i = 0;

	while (i < c->count && !addr_equal(&c->uplinks[i].router.addr, &r->addr))
		i++;
	if (i == UPLINKS)
		return;
	if (i == c->count)
		c->uplinks[c->count++] = (struct uplink){ *r, 0 };
	c->uplinks[i].traces += traces;
}

static bool count_path(void *owner, int64_t path, int64_t traces)
{
	struct counting *c = owner;
	const struct kept *k = store_path(c->store, path);

	c->traces += traces;
	for (unsigned i = 0; k && k->hops && i < k->first[1]; i++)
		count_router(c, &k->routers[i], traces);
	return true;
}

static bool count_series(void *owner, const struct store_series *s)
{
	struct counting *c = owner;

	if (s->last_ms >= c->since_ms)
		c->has_failed = store_paths_read(c->store, s->id, c->since_ms, INT64_MAX) < 0 ||
			store_paths_of(c->store, s->id, c->since_ms, count_path, c) < 0;
	return !c->has_failed;
}

static int compare(const void *a, const void *b)
{
	const int64_t one = ((const struct uplink *)a)->traces, other = ((const struct uplink *)b)->traces;

	return (one < other) - (one > other);
}

static void print_text(struct counting *c, const struct store_totals *t)
{
	char first[PRINT_TIME_SIZE], last[PRINT_TIME_SIZE], since[PRINT_TIME_SIZE], address[ADDR_TEXT_SIZE];

	printf("traces    %" PRId64 ", %s to %s\n", t->traces, t->traces ? print_time(t->first_ms, first) : "-",
		t->traces ? print_time(t->last_ms, last) : "-");
	printf("series    %" PRId64 "\npaths     %" PRId64 "\nrouters   %" PRId64 "\nchanges   %" PRId64
	       "\nsize      %.1f MB\n",
		t->series, t->paths, t->routers, t->changes, (double)t->bytes / 1e6);
	for (unsigned i = 0; i < c->count; i++) {
		printf("uplink    %-15s  %5.1f %%", addr_text(&c->uplinks[i].router.addr, address),
			100.0 * (double)c->uplinks[i].traces / (double)c->traces);
		if (c->uplinks[i].router.asn)
			printf("  AS%" PRIu32 " %s", c->uplinks[i].router.asn,
				store_as_name(c->store, c->uplinks[i].router.asn));
		printf("%s%s%s\n", i ? "" : "  of traces since ", i ? "" : print_time(c->since_ms, since), "");
	}
}

static void print_json(const struct counting *c, const struct store_totals *t)
{
	json_t *uplinks = json_array();
	char address[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < c->count; i++) {
		json_t *o = json_pack("{ss sI}", "router", addr_text(&c->uplinks[i].router.addr, address), "traces",
			(json_int_t)c->uplinks[i].traces);

		if (c->uplinks[i].router.asn)
			json_object_set_new(o, "as", json_integer(c->uplinks[i].router.asn));
		json_array_append_new(uplinks, o);
	}
	print_object(json_pack("{sI sI sI sI sI sI sf sf sf sI so}", "traces", (json_int_t)t->traces, "series",
		(json_int_t)t->series, "paths", (json_int_t)t->paths, "routers", (json_int_t)t->routers, "changes",
		(json_int_t)t->changes, "bytes", (json_int_t)t->bytes, "first", (double)t->first_ms / 1000, "last",
		(double)t->last_ms / 1000, "since", (double)c->since_ms / 1000, "seen", (json_int_t)c->traces,
		"uplinks", uplinks));
}

int history_stats(const struct history_options *o)
{
	const struct store_query all = { 0 };
	struct counting c = { .since_ms = o->since_ms == INT64_MIN ? o->now_ms - (int64_t)DAYS * DAY_MS : o->since_ms };
	struct store_totals t;
	int err;

	c.store = history_open(o, true);
	if (!c.store)
		return HISTORY_ERROR;
	err = store_totals(c.store, &t);
	if (err >= 0 && (store_series(c.store, &all, count_series, &c) < 0 || c.has_failed))
		err = -1;
	if (c.count)
		qsort(c.uplinks, c.count, sizeof(c.uplinks[0]), compare);
	if (err < 0)
		history_error("%s", store_why(c.store));
	else if (o->is_json)
		print_json(&c, &t);
	else
		print_text(&c, &t);
	store_close(c.store);
	return err < 0 ? HISTORY_ERROR : EXIT_SUCCESS;
}
