/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "format_events.h"

#include "common/text.h"

void event_proxy(const struct record *r, json_t *o)
{
	if (r->is_proxied)
		json_object_set_new(o, "path_to", json_string("the path to the proxy in front of this server"));
}

json_t *event_start(const struct record *r)
{
	char local[ADDR_TEXT_SIZE], peer[ADDR_TEXT_SIZE];

	json_t *o = json_pack("{si ss si ss si si si si}", "family", r->peer.family, "local",
		addr_text(&r->local, local), "local_port", r->local_port, "peer", addr_text(&r->peer, peer),
		"peer_port", r->peer_port, "max_ttl", (int)r->max_ttl, "attempts", (int)r->attempts, "hop_offset",
		(int)r->hop_offset);

	event_proxy(r, o);
	return o;
}

static json_t *row_json(const struct row *row)
{
	char addr[ADDR_TEXT_SIZE];
	json_t *o = json_pack("{si so si si}", "ttl", row->hop, "ip",
		row->router.family ? json_string(addr_text(&row->router, addr)) : json_null(), "sent", (int)row->sent,
		"received", (int)row->received);

	if (row->min_ms >= 0 && row->avg_ms >= 0 && row->max_ms >= 0) {
		json_object_set_new(o, "min_ms", json_real(row->min_ms));
		json_object_set_new(o, "avg_ms", json_real(row->avg_ms));
		json_object_set_new(o, "max_ms", json_real(row->max_ms));
	}
	return o;
}

json_t *event_end(const struct record *r, unsigned lost)
{
	json_t *o = json_pack("{ss si}", "end", end_names[r->end], "probes", (int)r->probes);
	json_t *rows = json_array();

	if (r->hops)
		json_object_set_new(o, "hops", json_integer(r->hops));
	if (lost + r->lost)
		json_object_set_new(o, "lost", json_integer(lost + r->lost));
	for (unsigned i = 0; i < r->row_count; i++)
		json_array_append_new(rows, row_json(&r->rows[i]));
	json_object_set_new(o, "summary", rows);
	return o;
}
