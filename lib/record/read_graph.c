/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record/read_parts.h"

#include <string.h>

#include "record/record_fields.h"

enum { NO_ID = 0x7fffffff };

/* --- flows --- */

bool read_flows(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct field_reading fields[] = {
		{ "id", FIELD_WHOLE, READ_INTO(record_flow, id), 0, READ_FLOWS_MOST - 1 },
		{ "sport", FIELD_WHOLE, READ_INTO(record_flow, sport), 0, UINT16_MAX },
		{ "dport", FIELD_WHOLE, READ_INTO(record_flow, dport), 0, UINT16_MAX },
		{ "hops", FIELD_WHOLE, READ_INTO(record_flow, hops), 1, RECORD_HOPS },
		{ 0 },
	};
	static const struct reading table[] = { { NULL, NULL } };

	(void)element;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_flow *f = r->flow_count < READ_FLOWS_MOST ? record_add_flow(r) : NULL;

		if (!f)
			return reader_fail(j, "\"%s\": too many", name);
		f->id = NO_ID;
		if (!read_object(j, r, f, fields, table))
			return false;
		if (f->id == NO_ID)
			return reader_fail(j, "a flow without an \"id\"");
		if (r->flow_count > 1 && f[-1].id >= f->id)
			return reader_fail(j, "\"id\" is %u, not more than that of the flow before", f->id);
	}
	return !j->has_failed;
}

/* --- routers --- */

static bool read_router_id(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_router *router = element;
	char id[RECORD_ID_SIZE];

	if (!reader_text(j, name, id, sizeof(id)))
		return false;
	if (!*id || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(id))
		return reader_fail(j, "\"%s\" is not letters and digits", name);
	if (record_find_router(r, id) >= 0)
		return reader_fail(j, "\"%s\" is '%s', as that of another router", name, id);
	memcpy(router->id, id, sizeof(id));
	return true;
}

static bool read_direction(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_router *router = element;
	char word[8];

	(void)r;
	if (!reader_text(j, name, word, sizeof(word)))
		return false;
	router->direction = strcmp(word, "back") == 0 ? RECORD_BACK : RECORD_THERE;
	return router->direction == RECORD_BACK || strcmp(word, "there") == 0 ||
		reader_fail(j, "\"%s\" is neither there nor back", name);
}

static bool read_router_hops(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_router *router = element;
	unsigned long n;

	(void)r;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j) && reader_whole(j, name, 1, RECORD_HOPS, &n))
		router->hops |= UINT64_C(1) << (n - 1);
	return !j->has_failed;
}

/* The first is what is printed: a router has one address until aliases are resolved. */
static bool read_addresses(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_router *router = element;
	struct addr a;

	(void)r;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j) && read_address(j, name, &a))
		if (!router->addr.family)
			router->addr = a;
	return !j->has_failed;
}

static bool read_marks(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	char mark[RECORD_MARK_SIZE];

	(void)r;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j) && read_word(j, name, mark, sizeof(mark)))
		record_mark(element, "%s", mark);
	return !j->has_failed;
}

static bool read_fields(struct reader *j, const char *name, uint8_t *fields)
{
	char word[24];

	if (!reader_open(j, '['))
		return false;
	while (reader_element(j) && reader_text(j, name, word, sizeof(word))) {
		unsigned i = 0;

		while (i < RECORD_FIELDS && strcmp(word, record_field_names[i]) != 0)
			i++;
		if (i < RECORD_FIELDS)
			*fields |= (uint8_t)(1U << i); /* a later version may know more */
	}
	return !j->has_failed;
}

static bool read_balances(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_fields(j, name, &((struct record_router *)element)->balances);
}

static bool read_balances_not(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return read_fields(j, name, &((struct record_router *)element)->balances_not);
}

bool read_routers(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct field_reading fields[] = {
		{ "name", FIELD_WORD, READ_INTO(record_router, name), 0, 0 },
		{ "as", FIELD_WHOLE, READ_INTO(record_router, asn), 1, UINT32_MAX },
		{ "flows", FIELD_WHOLE, READ_INTO(record_router, flows), 0, READ_FLOWS_MOST },
		{ "end", FIELD_TRUTH, READ_INTO(record_router, is_end), 0, 0 },
		{ 0 },
	};
	static const struct reading table[] = { { "id", read_router_id }, { "direction", read_direction },
		{ "hops", read_router_hops }, { "addresses", read_addresses }, { "marks", read_marks },
		{ "balances", read_balances }, { "balances-not", read_balances_not }, { NULL, NULL } };

	(void)element;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_router *router = r->router_count < READ_ROUTERS_MOST ? record_add_router(r) : NULL;

		if (!router)
			return reader_fail(j, "\"%s\": too many", name);
		if (!read_object(j, r, router, fields, table))
			return false;
		if (!*router->id)
			return reader_fail(j, "a router without an \"id\"");
	}
	return !j->has_failed;
}

/* --- links --- */

bool read_router_of(struct reader *j, const char *name, const struct trace_record *r, uint32_t *index)
{
	char id[RECORD_ID_SIZE];
	int found;

	if (!reader_text(j, name, id, sizeof(id)))
		return false;
	found = record_find_router(r, id);
	if (found < 0)
		return reader_fail(j, "\"%s\" is not the id of a router", name);
	*index = (uint32_t)found;
	return true;
}

/* One group; a router is in one at most. */
static bool read_group(struct reader *j, const char *name, struct trace_record *r)
{
	uint32_t first = NO_ID, index = 0;

	if (!reader_open(j, '['))
		return false;
	while (reader_element(j) && read_router_of(j, name, r, &index)) {
		if (r->routers[index].same_as)
			return reader_fail(j, "\"%s\" has '%s' twice", name, r->routers[index].id);
		first = first == NO_ID ? index : first;
		if (index != first)
			record_join(r, first, index);
	}
	return !j->has_failed;
}

bool read_aliases(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)element;
	r->has_aliases = true;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j) && read_group(j, name, r))
		;
	return !j->has_failed;
}

static bool read_from(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	return read_router_of(j, name, r, &((struct record_link *)element)->from);
}

static bool read_to(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	return read_router_of(j, name, r, &((struct record_link *)element)->to);
}

bool read_links(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct field_reading fields[] = {
		{ "flows", FIELD_WHOLE, READ_INTO(record_link, flows), 0, READ_FLOWS_MOST },
		{ "per-packet", FIELD_TRUTH, READ_INTO(record_link, is_per_packet), 0, 0 },
		{ 0 },
	};
	static const struct reading table[] = { { "from", read_from }, { "to", read_to }, { NULL, NULL } };

	(void)element;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_link *l = r->link_count < READ_LINKS_MOST ? record_add_link(r) : NULL;

		if (!l)
			return reader_fail(j, "\"%s\": too many", name);
		l->from = l->to = NO_ID;
		if (!read_object(j, r, l, fields, table))
			return false;
		if (l->from == NO_ID || l->to == NO_ID)
			return reader_fail(j, "a link without \"from\" and \"to\"");
	}
	return !j->has_failed;
}
