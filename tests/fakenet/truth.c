/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/truth.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "packet/build.h"
#include "packet/ip.h"
#include "tests/fakenet/expand.h"
#include "tests/fakenet/walk.h"

enum { TEXTS = 8, SYN_TO_MSS = 24, ASYMMETRIC = 2 };

struct hops {
	unsigned router;
	uint64_t hops;
};

static void see_hops(void *owner, unsigned hop, const struct spot *s)
{
	struct hops *h = owner;

	if (s->router == h->router)
		h->hops |= UINT64_C(1) << (hop - 1);
}

uint64_t truth_hops(const struct network *n, unsigned router, bool is_back)
{
	struct hops h = { router, 0 };

	expand_network(n, is_back, (struct look){ 0 }, see_hops, &h);
	return h.hops;
}

/* ---- marks ---- */

static const struct look *look_sent(const struct truth_probe *p)
{
	static struct look sent;

	sent = (struct look){ p->tos, NAT_NONE, REQUEST_MSS, UINT32_MAX };
	return &sent;
}

/* Whether its quotes show what is changed in them (packet/quote_compare.h). */
static bool shows_nat(const struct router *r, const struct look *look, const struct truth_probe *p)
{
	(void)r;
	return look->nat == NAT_QUOTE || (look->nat == NAT_SUM && p->protocol != PROTOCOL_TCP);
}

static bool answers(const struct network *n, unsigned router)
{
	return !n->routers[router].is_silent;
}

/* The target quotes nothing but in answer to a datagram. */
static bool quotes(const struct network *n, unsigned router, const struct truth_probe *p)
{
	return answers(n, router) && (router != NETWORK_TARGET || p->protocol == PROTOCOL_UDP);
}

static unsigned texts_of(const struct network *n, const struct spot *s, const struct truth_probe *p,
	char texts[TEXTS][TRUTH_MARK_SIZE])
{
	const struct router *r = &n->routers[s->router];
	const struct look *look = &s->look;
	unsigned count = 0;

	if (!quotes(n, s->router, p))
		return 0;
	if (shows_nat(r, look, p))
		snprintf(texts[count++], TRUTH_MARK_SIZE, "nat");
	if (look->tos >> 2 != p->tos >> 2)
		snprintf(texts[count++], TRUTH_MARK_SIZE, "dscp %d>%d", p->tos >> 2, look->tos >> 2);
	if ((look->tos & 3) != (p->tos & 3))
		snprintf(texts[count++], TRUTH_MARK_SIZE, "ecn %d>%d", p->tos & 3, look->tos & 3);
	if (p->protocol == PROTOCOL_TCP && look->mss != REQUEST_MSS &&
		(!r->quote_bytes || r->quote_bytes >= SYN_TO_MSS))
		snprintf(texts[count++], TRUTH_MARK_SIZE, "mss %d>%d", REQUEST_MSS, look->mss);
	if (p->family == 6 && look->label != UINT32_MAX)
		snprintf(texts[count++], TRUTH_MARK_SIZE, "label 0x%05x", look->label);
	return count;
}

/* Each text, where it is seen first, and whether this router shows it there. */
struct firsts {
	const struct network *n;
	const struct truth_probe *probe;
	unsigned router, count;
	struct {
		char text[TRUTH_MARK_SIZE];
		unsigned hop;
		bool is_ours;
	} texts[64];
};

static void see_text(struct firsts *f, const char *text, unsigned hop, bool is_ours)
{
	unsigned i = 0;

	while (i < f->count && strcmp(f->texts[i].text, text) != 0)
		i++;
	if (i == 64)
		return;
	if (i == f->count) {
		strcpy(f->texts[f->count++].text, text);
		f->texts[i].hop = hop;
	}
	if (f->texts[i].hop == hop)
		f->texts[i].is_ours |= is_ours;
}

static void see_texts(void *owner, unsigned hop, const struct spot *s)
{
	struct firsts *f = owner;
	char texts[TEXTS][TRUTH_MARK_SIZE];
	const unsigned count = texts_of(f->n, s, f->probe, texts);

	for (unsigned i = 0; i < count; i++)
		see_text(f, texts[i], hop, s->router == f->router);
}

/* What the answers themselves have. */
static unsigned own_marks(const struct network *n, unsigned router, const struct truth_probe *p,
	char marks[TRUTH_MARKS][TRUTH_MARK_SIZE])
{
	const struct router *r = &n->routers[router];
	unsigned count = 0;
	size_t len;

	if (r->mpls_count && quotes(n, router, p)) {
		len = (size_t)snprintf(marks[count], TRUTH_MARK_SIZE, "mpls");
		for (unsigned i = 0; i < r->mpls_count; i++)
			len += (size_t)snprintf(marks[count] + len, TRUTH_MARK_SIZE - len, "%c%u", i ? '/' : ' ',
				r->mpls[i]);
		count++;
	}
	if (*r->interface_name && quotes(n, router, p))
		snprintf(marks[count++], TRUTH_MARK_SIZE, "interface %s", r->interface_name);
	if (r->has_duplicates)
		snprintf(marks[count++], TRUTH_MARK_SIZE, "duplicates");
	return count;
}

/* As many hops as the TTL of its answers says, if that is not as many as there. */
static unsigned back_mark(const struct network *n, unsigned router, char marks[TRUTH_MARKS][TRUTH_MARK_SIZE])
{
	const struct router *r = &n->routers[router];
	const uint64_t hops = truth_hops(n, router, false);
	const unsigned hop = hops ? (unsigned)__builtin_ctzll(hops) + 1 : 0, took = r->back_hops ? r->back_hops : hop;
	const unsigned ttl = r->initial_ttl > took - 1 ? r->initial_ttl - took + 1 : 1;
	const unsigned initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255, back = initial - ttl + 1;

	if (!hop || abs((int)back - (int)hop) <= ASYMMETRIC)
		return 0;
	snprintf(marks[0], TRUTH_MARK_SIZE, "back~%u", back);
	snprintf(marks[1], TRUTH_MARK_SIZE, "asymmetric");
	return 2;
}

unsigned truth_marks(const struct network *n, unsigned router, const struct truth_probe *p,
	char marks[TRUTH_MARKS][TRUTH_MARK_SIZE])
{
	struct firsts f = { .n = n, .probe = p, .router = router };
	unsigned count;

	if (!answers(n, router))
		return 0;
	count = own_marks(n, router, p, marks);
	count += back_mark(n, router, marks + count);
	expand_network(n, false, *look_sent(p), see_texts, &f);
	for (unsigned i = 0; i < f.count && count < TRUTH_MARKS; i++)
		if (f.texts[i].is_ours)
			strcpy(marks[count++], f.texts[i].text);
	return count;
}

unsigned truth_mtu(const struct network *n, bool *is_reported)
{
	unsigned mtu = n->mtu;

	*is_reported = true;
	for (unsigned i = 0; i < n->link_count; i++) {
		const struct link *l = &n->links[i];

		if (l->is_back || !n->routers[l->from].is_there || !l->mtu || l->mtu >= n->mtu)
			continue;
		*is_reported &= l->is_reported && !n->routers[l->from].is_silent;
		if (l->mtu < mtu)
			mtu = l->mtu;
	}
	return mtu;
}

/* ---- as text ---- */

static void print_hops(FILE *out, const char *key, uint64_t hops)
{
	const char *separator = "";

	if (!hops)
		return;
	fprintf(out, ",\"%s\":[", key);
	for (unsigned hop = 1; hop <= EXPAND_HOPS; hop++) {
		if (!(hops >> (hop - 1) & 1))
			continue;
		fprintf(out, "%s%u", separator, hop);
		separator = ",";
	}
	fputc(']', out);
}

static void print_addresses(FILE *out, const struct network *n, unsigned router, uint8_t family)
{
	const struct router *r = &n->routers[router];
	const bool has_more = r->has_interfaces && router > NETWORK_TARGET;
	const unsigned first = has_more ? 1 : 0, last = has_more ? r->interface_count : 0;
	char text[ADDR_TEXT_SIZE];
	struct addr a;

	fputs(",\"addresses\":[", out);
	for (unsigned i = first; i <= last; i++) {
		a = network_address(n, router, i, family);
		fprintf(out, "%s\"%s\"", i == first ? "" : ",", addr_text(&a, text));
	}
	fputc(']', out);
}

static void print_balancing(FILE *out, const struct network *n, unsigned router, bool is_back)
{
	const struct router *r = &n->routers[router];
	const char *separator = "";
	uint16_t links[NETWORK_WAYS];

	if (walk_links(n, (uint16_t)router, is_back ? NETWORK_SOURCE : NETWORK_TARGET, links) < 2)
		return;
	fprintf(out, ",\"%s\":[", is_back ? "balances-back" : "balances");
	for (enum field f = 0; f < FIELDS; f++) {
		if (!(r->fields >> f & 1))
			continue;
		fprintf(out, "%s\"%s\"", separator, field_names[f]);
		separator = ",";
	}
	fputc(']', out);
}

static void print_router(FILE *out, const struct network *n, unsigned router, const struct truth_probe *p)
{
	const struct router *r = &n->routers[router];
	char marks[TRUTH_MARKS][TRUTH_MARK_SIZE];
	const unsigned count = truth_marks(n, router, p, marks);

	fprintf(out, "{\"router\":\"%s\"", r->name);
	print_hops(out, "there", truth_hops(n, router, false));
	print_hops(out, "back", truth_hops(n, router, true));
	print_addresses(out, n, router, p->family);
	fprintf(out, ",\"answers\":%s,\"id\":\"%s\"", answers(n, router) ? "true" : "false", id_names[r->id]);
	if (r->limit.burst)
		fprintf(out, ",\"limit\":[%u,%u]", r->limit.burst, r->limit.per_s);
	print_balancing(out, n, router, false);
	print_balancing(out, n, router, true);
	fputs(",\"marks\":[", out);
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s\"%s\"", i ? "," : "", marks[i]);
	fputs("]}\n", out);
}

static void print_link(FILE *out, const struct network *n, const struct link *l, uint8_t family)
{
	const struct addr to = network_answering(n, l, family);
	char text[ADDR_TEXT_SIZE];

	fprintf(out, "{\"link\":[\"%s\",\"%s\"],\"direction\":\"%s\",\"to\":\"%s\",\"delay\":%g",
		n->routers[l->from].name, n->routers[l->to].name, l->is_back ? "back" : "there", addr_text(&to, text),
		l->delay_ms >= 0 ? l->delay_ms : n->delay_ms);
	if (l->loss > 0)
		fprintf(out, ",\"loss\":%g", l->loss);
	if (l->mtu)
		fprintf(out, ",\"mtu\":%u,\"reported\":%s", l->mtu, l->is_reported ? "true" : "false");
	fputs("}\n", out);
}

void truth_print(FILE *out, const struct network *n, const struct truth_probe *p)
{
	bool is_reported;
	const unsigned mtu = truth_mtu(n, &is_reported);

	fprintf(out, "{\"mtu\":%u,\"reported\":%s,\"interface-mtu\":%u}\n", mtu, is_reported ? "true" : "false",
		n->mtu);
	for (unsigned i = NETWORK_TARGET; i < n->router_count; i++)
		if (n->routers[i].is_there || n->routers[i].is_back)
			print_router(out, n, i, p);
	for (unsigned i = 0; i < n->link_count; i++) {
		const struct link *l = &n->links[i];

		if (l->is_back ? n->routers[l->from].is_back : n->routers[l->from].is_there)
			print_link(out, n, l, p->family);
	}
}
