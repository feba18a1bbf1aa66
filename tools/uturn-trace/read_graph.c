/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "read_parts.h"

#include <string.h>

enum { NO_ID = 0x7fffffff };

/* --- flows --- */

static bool read_id(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_flow *f = element;
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 0, READ_FLOWS_MOST - 1, &n))
		return false;
	f->id = (uint32_t)n;
	return true;
}

static bool read_sport(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 0, 65535, &n))
		return false;
	((struct record_flow *)element)->sport = (uint16_t)n;
	return true;
}

static bool read_dport(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 0, 65535, &n))
		return false;
	((struct record_flow *)element)->dport = (uint16_t)n;
	return true;
}

static bool read_flow_hops(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 1, RECORD_HOPS, &n))
		return false;
	((struct record_flow *)element)->hops = (uint8_t)n;
	return true;
}

bool read_flows(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct reading table[] = { { "id", read_id }, { "sport", read_sport }, { "dport", read_dport },
		{ "hops", read_flow_hops }, { NULL, NULL } };

	(void)element;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_flow *f = r->flow_count < READ_FLOWS_MOST ? record_add_flow(r) : NULL;

		if (!f)
			return reader_fail(j, "\"%s\": too many", name);
		f->id = NO_ID;
		if (!read_object(j, r, f, table))
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

static bool read_router_name(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	struct record_router *router = element;

	(void)r;
	return read_word(j, name, router->name, sizeof(router->name));
}

static bool read_as(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 1, UINT32_MAX, &n))
		return false;
	((struct record_router *)element)->asn = (uint32_t)n;
	return true;
}

static bool read_router_flows(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 0, READ_FLOWS_MOST, &n))
		return false;
	((struct record_router *)element)->flows = (uint32_t)n;
	return true;
}

static bool read_end(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return reader_truth(j, name, &((struct record_router *)element)->is_end);
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

bool read_routers(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct reading table[] = { { "id", read_router_id }, { "direction", read_direction },
		{ "hops", read_router_hops }, { "addresses", read_addresses }, { "name", read_router_name },
		{ "as", read_as }, { "flows", read_router_flows }, { "end", read_end }, { "marks", read_marks },
		{ NULL, NULL } };

	(void)element;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_router *router = r->router_count < READ_ROUTERS_MOST ? record_add_router(r) : NULL;

		if (!router)
			return reader_fail(j, "\"%s\": too many", name);
		if (!read_object(j, r, router, table))
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

static bool read_from(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	return read_router_of(j, name, r, &((struct record_link *)element)->from);
}

static bool read_to(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	return read_router_of(j, name, r, &((struct record_link *)element)->to);
}

static bool read_link_flows(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	unsigned long n = 0;

	(void)r;
	if (!reader_whole(j, name, 0, READ_FLOWS_MOST, &n))
		return false;
	((struct record_link *)element)->flows = (uint32_t)n;
	return true;
}

static bool read_per_packet(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	(void)r;
	return reader_truth(j, name, &((struct record_link *)element)->is_per_packet);
}

bool read_links(struct reader *j, const char *name, struct trace_record *r, void *element)
{
	static const struct reading table[] = { { "from", read_from }, { "to", read_to }, { "flows", read_link_flows },
		{ "per-packet", read_per_packet }, { NULL, NULL } };

	(void)element;
	if (!reader_open(j, '['))
		return false;
	while (reader_element(j)) {
		struct record_link *l = r->link_count < READ_LINKS_MOST ? record_add_link(r) : NULL;

		if (!l)
			return reader_fail(j, "\"%s\": too many", name);
		l->from = l->to = NO_ID;
		if (!read_object(j, r, l, table))
			return false;
		if (l->from == NO_ID || l->to == NO_ID)
			return reader_fail(j, "a link without \"from\" and \"to\"");
	}
	return !j->has_failed;
}
