/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event stream that readers of inband-traceroute know: unnamed events
 * {"Hop":{ttl,hop_type,addr,rtt in ns,enriched_info}}, {"ReverseDns":{...}},
 * and "Done". A hop is told once, by its first answer.
 */
#include <stdio.h>

#include "common/text.h"
#include "format.h"

static const char *const hop_types[KINDS] = {
	[KIND_TIME_EXCEEDED] = "IcmpTimeExceeded",
	[KIND_UNREACHABLE] = "IcmpTimeExceeded",
	[KIND_TOO_BIG] = "IcmpTimeExceeded",
	[KIND_REACHED] = "TcpAck",
	[KIND_SILENT] = "Timeout",
};

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *enriched(const struct router *router)
{
	const struct place *p = router->place;
	char asn[16], addr[ADDR_TEXT_SIZE];

	if (!p->asn && !*p->country_code)
		return json_null();
	snprintf(asn, sizeof(asn), "AS%u", p->asn);
	return json_pack("{so so so so so so so ss}", "as_domain", text_or_null(p->as_domain), "as_name",
		text_or_null(p->as_name), "asn", text_or_null(p->asn ? asn : ""), "continent",
		text_or_null(p->continent), "continent_code", text_or_null(p->continent_code), "country",
		text_or_null(p->country), "country_code", text_or_null(p->country_code), "ip",
		addr_text(&router->addr, addr));
}

static bool is_first(const struct record *r, const struct answer *a)
{
	for (const struct answer *before = r->answers; before < a; before++)
		if (before->hop == a->hop)
			return false;
	return true;
}

static unsigned first_hop(const struct record *r, unsigned router)
{
	for (unsigned i = 0; i < r->answer_count; i++)
		if (r->answers[i].router == (int)router)
			return r->answers[i].hop;
	return 0;
}

static json_t *hop_json(const struct record *r, const struct answer *a)
{
	const struct router *router = a->router >= 0 ? &r->routers[a->router] : NULL;
	char addr[ADDR_TEXT_SIZE];

	return json_pack("{s{si ss so so so}}", "Hop", "ttl", a->hop, "hop_type", hop_types[a->kind], "addr",
		router ? json_string(addr_text(&router->addr, addr)) : json_null(), "rtt",
		a->rtt_ms >= 0 ? json_integer((json_int_t)(a->rtt_ms * 1e6)) : json_null(), "enriched_info",
		router ? enriched(router) : json_null());
}

static bool tell(struct telling *t, const struct record *r, const struct event *e, struct buffer *out)
{
	char addr[ADDR_TEXT_SIZE];

	(void)t;
	switch (e->kind) {
	case EVENT_ANSWER:
		return !is_first(r, &r->answers[e->index]) ||
			format_line(out, "data: ", hop_json(r, &r->answers[e->index]), "\n\n");
	case EVENT_NAME:
		return format_line(out, "data: ",
			json_pack("{s{si ss s{ss}}}", "ReverseDns", "ttl", (int)first_hop(r, e->index), "ip",
				addr_text(&r->routers[e->index].addr, addr), "name", "Ok", r->routers[e->index].name),
			"\n\n");
	case EVENT_DONE:
	case EVENT_PROBLEM:
		return buffer_text(out, "id: done\ndata: \"Done\"\n\n");
	case EVENT_START:
		return buffer_text(out, "retry: 3000\n\n");
	case EVENT_END:
		break;
	}
	return true;
}

const struct format format_inband = { "text/event-stream; charset=utf-8", tell, NULL };
