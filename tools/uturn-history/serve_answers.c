/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve_answers.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/keywords.h"
#include "common/text.h"
#include "history_print.h"
#include "packet/special.h"

json_t *answer_error(const char *words)
{
	return json_pack("{ss}", "error", words);
}

int64_t answer_number(const char *text, int64_t most)
{
	unsigned long n;

	return text && number_parse(text, "", &n) && n <= (uint64_t)most ? (int64_t)n : -1;
}

void answer_name(struct store *s, json_t *names, uint32_t asn)
{
	char key[12];
	const char *name;

	snprintf(key, sizeof(key), "%" PRIu32, asn);
	if (!asn || json_object_get(names, key))
		return;
	name = store_as_name(s, asn);
	if (*name)
		json_object_set_new(names, key, json_string(name));
}

json_t *answer_router(struct store *s, json_t *names, const struct kept_router *r)
{
	const struct special *special = special_find(&r->addr);
	char text[ADDR_TEXT_SIZE];
	json_t *o = json_pack("{ss}", "router", addr_text(&r->addr, text));

	if (r->asn)
		json_object_set_new(o, "as", json_integer(r->asn));
	else if (special && special->name)
		json_object_set_new(o, "special",
			json_pack("{ss si}", "name", special->name, "rfc", (int)special->rfc));
	answer_name(s, names, r->asn);
	return o;
}

json_t *answer_series(struct store *s, json_t *names, const struct store_series *series)
{
	json_t *o = print_series_json(s, series);

	json_object_del(o, "as_name");
	answer_name(s, names, series->asn);
	return o;
}

static json_t *routers(struct store *s, json_t *names, const struct store_routers *all)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < all->count && i < STORE_NAMED; i++)
		json_array_append_new(array, answer_router(s, names, &all->routers[i]));
	return json_pack("{si so}", "count", (int)all->count, "routers", array);
}

json_t *answer_change(struct store *s, json_t *names, const struct store_change *c)
{
	return json_pack("{so sI sI si sb si si si si sf so so}", "series", answer_series(s, names, &c->series), "at",
		(json_int_t)c->at_ms, "before", (json_int_t)c->before_ms, "hop", (int)c->hop, "maybe",
		c->kind == STORE_MAYBE, "moved", (int)c->moved, "compared", (int)c->compared, "seen", (int)c->seen,
		"asked", (int)c->asked, "p", c->p, "gone", routers(s, names, &c->gone), "added",
		routers(s, names, &c->added));
}
