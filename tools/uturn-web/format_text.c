/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What curl shows: the lines of a traceroute, in the order of hops. A hop is
 * shown when nothing more is waited for at it and at those before.
 */
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "format.h"

/* traceroute's letters */
static const char *mark_of(const struct record *r, const struct answer *a)
{
	static const char *const marks4[] = { " !N", " !H", " !P", "", " !F", " !S", " !N", " !H", "", " !X", " !X", "",
		"", " !X", " !V", " !C" };
	static const char *const marks6[] = { " !N", " !X", " !S", " !H", "" };

	if (a->kind == KIND_TOO_BIG)
		return " !F";
	if (a->kind != KIND_UNREACHABLE || a->icmp_code < 0)
		return "";
	if (r->peer.family == 4)
		return a->icmp_code < (int)(sizeof(marks4) / sizeof(marks4[0])) ? marks4[a->icmp_code] : "";
	return a->icmp_code < (int)(sizeof(marks6) / sizeof(marks6[0])) ? marks6[a->icmp_code] : "";
}

static void put_router(struct telling *t, const struct record *r, unsigned index, struct buffer *out)
{
	const struct router *router = &r->routers[index];
	char addr[ADDR_TEXT_SIZE];

	addr_text(&router->addr, addr);
	if (router->name)
		buffer_print(out, "  %s (%s)", router->name, addr);
	else
		buffer_print(out, "  %s", addr);
	t->is_named[index] = router->name != NULL;
}

/* [AS64500 Example Net, Berlin DE] */
static void put_place(const struct place *p, struct buffer *out)
{
	const char *between = "";

	if (p->special) {
		buffer_print(out, "  [%s, RFC %u]", p->special->name, p->special->rfc);
		return;
	}
	if (!p->asn && !*p->city && !*p->country_code)
		return;
	buffer_text(out, "  [");
	if (p->asn) {
		buffer_print(out, "AS%u%s%s", p->asn, *p->as_name ? " " : "", p->as_name);
		between = ", ";
	}
	if (*p->city || *p->country_code)
		buffer_print(out, "%s%s%s%s", between, p->city, *p->city && *p->country_code ? " " : "",
			p->country_code);
	buffer_text(out, "]");
}

static void put_labels(const struct answer *a, struct buffer *out)
{
	for (unsigned i = 0; i < a->label_count; i++)
		buffer_print(out, "%sL=%u,E=%u,S=%u,T=%u%s", i ? "/" : "  <MPLS:", a->labels[i].label, a->labels[i].tc,
			a->labels[i].bottom, a->labels[i].ttl, i + 1 == a->label_count ? ">" : "");
}

/* One router's part of the line: its name, its times, and what else it reported. */
static void put_answers(struct telling *t, const struct record *r, unsigned hop, unsigned router, struct buffer *out)
{
	const struct answer *first = NULL;

	for (unsigned i = 0; i < r->answer_count; i++) {
		const struct answer *a = &r->answers[i];

		if (a->hop != hop || a->router != (int)router)
			continue;
		if (!first)
			put_router(t, r, router, out);
		first = first ? first : a;
		if (a->rtt_ms >= 0)
			buffer_print(out, "  %.3f ms", a->rtt_ms);
		buffer_text(out, mark_of(r, a));
	}
	if (!first)
		return;
	put_labels(first, out);
	put_place(r->routers[router].place, out);
	if (first->kind == KIND_REACHED)
		buffer_text(out, r->is_proxied ? "  <- the proxy" : "  <- you");
	else if (first->behind_nat)
		buffer_text(out, r->is_proxied ? "  (its NAT)" : "  (your NAT)");
}

static bool put_hop(struct telling *t, const struct record *r, unsigned hop, struct buffer *out)
{
	bool is_answered = false;

	/* a line is far shorter than this: all of it, or nothing */
	if (out->len > BUFFER_MAX - 4096)
		return false;
	buffer_print(out, "%2u", hop);
	for (unsigned i = 0; i < r->answer_count; i++)
		is_answered |= r->answers[i].hop == hop && r->answers[i].router >= 0;
	for (unsigned i = 0; i < r->router_count; i++)
		put_answers(t, r, hop, i, out);
	return buffer_text(out, is_answered ? "\n" : "  *\n");
}

static unsigned last_hop(const struct record *r)
{
	unsigned last = 0;

	for (unsigned i = 0; i < r->answer_count; i++)
		last = r->answers[i].hop > last ? r->answers[i].hop : last;
	return last;
}

static bool due(struct telling *t, const struct record *r, struct buffer *out)
{
	bool is_ended = record_has(r, EVENT_END);
	unsigned last = last_hop(r);

	if (t->next == 0)
		return true;
	if (t->hop <= r->hop_offset)
		t->hop = r->hop_offset + 1;
	while (t->hop <= last && (r->is_settled[t->hop] || is_ended))
		if (!put_hop(t, r, t->hop++, out))
			return false;
	return true;
}

static bool tell_start(const struct record *r, struct buffer *out)
{
	char local[ADDR_TEXT_SIZE], peer[ADDR_TEXT_SIZE];

	if (r->is_proxied &&
		!buffer_text(out,
			"a proxy has passed this request on: what follows is the path to the proxy in front of this server\n"))
		return false;
	return buffer_print(out, "return path from %s to %s, %u hops max, along this TCP connection (%u to %u)\n",
		addr_text(&r->local, local), addr_text(&r->peer, peer), r->max_ttl, r->local_port, r->peer_port);
}

static const char *s_of(unsigned n)
{
	return n == 1 ? "" : "s";
}

static bool tell_end(struct telling *t, const struct record *r, struct buffer *out)
{
	static const char *const ends[ENDS] = {
		[END_REACHED] = "reached you",
		[END_MAX_TTL] = "stopped: your host did not answer within the limit of hops",
		[END_CLOSED] = "ended early: the connection was closed",
		[END_BUSY] = "stopped: the connection was busy",
		[END_LIMIT] = "ended early: a limit of the server was reached",
		[END_IDLE] = "stopped: no packet of this connection was seen, NAT on the way may change its port",
	};
	const char *words = ends[r->end];
	unsigned lost;

	if (r->is_proxied && r->end == END_REACHED)
		words = "reached the proxy";
	else if (r->is_proxied && r->end == END_MAX_TTL)
		words = "stopped: the proxy did not answer within the limit of hops";
	if (!due(t, r, out))
		t->lost++;
	lost = t->lost + r->lost;
	if (r->hops)
		buffer_print(out, "%s: %u hop%s, %u probe%s", words, r->hops, s_of(r->hops), r->probes,
			s_of(r->probes));
	else
		buffer_print(out, "%s (%u probe%s)", words, r->probes, s_of(r->probes));
	if (lost)
		buffer_print(out, "; %u line%s lost, you read too slowly", lost, s_of(lost));
	return buffer_text(out, "\n");
}

/* Names that came when their hop stood there already. */
static bool tell_names(struct telling *t, const struct record *r, struct buffer *out)
{
	char addr[ADDR_TEXT_SIZE];
	bool is_first = true;

	for (unsigned i = 0; i < r->router_count; i++) {
		if (t->is_named[i] || !r->routers[i].name)
			continue;
		if (is_first)
			buffer_text(out, "names that came later:\n");
		is_first = false;
		if (!buffer_print(out, "    %s  %s\n", addr_text(&r->routers[i].addr, addr), r->routers[i].name))
			return false;
	}
	return true;
}

static bool tell(struct telling *t, const struct record *r, const struct event *e, struct buffer *out)
{
	switch (e->kind) {
	case EVENT_START:
		return tell_start(r, out);
	case EVENT_END:
		return tell_end(t, r, out);
	case EVENT_PROBLEM:
		return buffer_print(out, "%s\n", r->problem ? r->problem : "");
	case EVENT_DONE:
		return tell_names(t, r, out);
	case EVENT_ANSWER:
	case EVENT_NAME:
		break;
	}
	return true;
}

const struct format format_text = { "text/plain; charset=utf-8", tell, due };
