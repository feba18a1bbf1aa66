/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-history changes`: when paths have changed, and to what. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "common/text.h"
#include "history_print.h"

enum { LAST = 100 };

static void print_routers(const struct store_routers *r, const char *word)
{
	char address[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < r->count && i < STORE_NAMED; i++) {
		printf("%s%s", i ? ", " : "  ", addr_text(&r->routers[i].addr, address));
		if (r->routers[i].asn)
			printf(" AS%" PRIu32, r->routers[i].asn);
	}
	if (r->count > STORE_NAMED)
		printf(" and %u more", r->count - STORE_NAMED);
	if (r->count)
		printf(" %s", word);
}

static void print_change(const struct store_change *c)
{
	char after[PRINT_TIME_SIZE], before[PRINT_TIME_SIZE], prefix[PRINT_PREFIX_SIZE], origin[ADDR_TEXT_SIZE],
		number[4];

	printf("%s  %s  from %s at %s, %s, %s  hop %u  %s", print_time(c->at_ms, after),
		print_prefix(&c->series.remote, prefix), addr_text(&c->series.origin, origin), c->series.host,
		kept_fronts[c->series.front], kept_protocol_word(c->series.protocol, number), c->hop,
		c->kind == STORE_PATH ? "path" : "maybe");
	print_routers(&c->gone, c->kind == STORE_PATH ? "gone" : "only before");
	print_routers(&c->added, c->kind == STORE_PATH ? "new" : "only after");
	if (c->compared)
		printf("  %u of %u flows moved", c->moved, c->compared);
	else if (c->kind == STORE_MAYBE)
		printf("  %u of %u, p = %.2g", c->seen, c->asked, c->p);
	printf("  (before: %s)\n", print_time(c->before_ms, before));
}

static json_t *routers_json(const struct store_routers *r)
{
	json_t *routers = json_array();

	for (unsigned i = 0; i < r->count && i < STORE_NAMED; i++) {
		char address[ADDR_TEXT_SIZE];
		json_t *o = json_pack("{ss}", "router", addr_text(&r->routers[i].addr, address));

		if (r->routers[i].asn)
			json_object_set_new(o, "as", json_integer(r->routers[i].asn));
		json_array_append_new(routers, o);
	}
	return routers;
}

static json_t *change_json(const struct store_change *c)
{
	char prefix[PRINT_PREFIX_SIZE], origin[ADDR_TEXT_SIZE], number[4];

	return json_pack("{sf sf sI ss ss ss ss ss si ss so so si si si si sf}", "time", (double)c->at_ms / 1000,
		"before", (double)c->before_ms / 1000, "series", (json_int_t)c->series.id, "remote",
		print_prefix(&c->series.remote, prefix), "origin", addr_text(&c->series.origin, origin), "host",
		c->series.host, "frontend", kept_fronts[c->series.front], "protocol",
		kept_protocol_word(c->series.protocol, number), "ttl", (int)c->hop, "kind",
		c->kind == STORE_PATH ? "path" : "maybe", "gone", routers_json(&c->gone), "new",
		routers_json(&c->added), "moved", (int)c->moved, "compared", (int)c->compared, "seen", (int)c->seen,
		"asked", (int)c->asked, "p", c->p);
}

struct telling {
	const struct history_options *options;
	int64_t paths; /* changes that are not doubtful */
};

static bool tell(void *owner, const struct store_change *c)
{
	struct telling *t = owner;

	t->paths += c->kind == STORE_PATH;
	if (t->options->is_json)
		print_object(change_json(c));
	else
		print_change(c);
	return true;
}

int history_changes(const struct history_options *o)
{
	struct telling t = { o, 0 };
	struct store_query q;
	struct store *s;
	int64_t told;

	if (!history_query(o, &q))
		return HISTORY_ERROR;
	s = history_open(o, true);
	if (!s)
		return HISTORY_ERROR;
	told = store_changes(s, &q, o->since_ms, o->last ? o->last : LAST, tell, &t);
	if (told < 0)
		history_error("%s", store_why(s));
	store_close(s);
	return told < 0 ? HISTORY_ERROR : t.paths ? HISTORY_OTHER : EXIT_SUCCESS;
}
