/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/extension.h"
#include "packet/icmp.h"
#include "packet/ip.h"

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * The probe as a router would quote it: its own bytes as far as we kept them,
 * then the router's, which we sent unchanged, but for IPv6 extension headers
 * that stand only in the probe. The TTL is what the router saw,
 * at least 1: a quoted 0 tells some clients of a broken router.
 */
static void put_quote(const struct relay *r, size_t size, struct writer *out)
{
	const struct quote *q = &r->error->quote;
	size_t start = out->len;
	size_t kept = smaller(size, r->original.len);
	uint8_t ttl = q->ttl ? q->ttl : 1;

	writer_put(out, span_head(r->original, kept));
	writer_put(out, span_tail(span_head(q->packet, size - r->extensions), kept - r->extensions));
	if (out->overflow)
		return;
	if (r->to.family == 4) {
		out->at[start + IP_TTL4] = ttl;
		ip_sum4(out->at + start);
	} else {
		out->at[start + IP_TTL6] = ttl;
	}
}

/*
 * Behind a quote that an extension follows the RFC wants at least 128 bytes
 * and a whole number of words; the whole message stays within the same
 * bounds as one without. Returns the bytes for quote and padding.
 */
static size_t extended_area(size_t quote_size, size_t quote_max, size_t extension)
{
	size_t most = quote_max > extension + EXTENSION_OFFSET ? quote_max - extension : EXTENSION_OFFSET;
	size_t area = (quote_size + 7) / 8 * 8; /* 64-bit words; also whole 32-bit ones */

	if (area < EXTENSION_OFFSET)
		area = EXTENSION_OFFSET;
	return smaller(area, most / 8 * 8);
}

void build_relayed(const struct relay *r, struct writer *out)
{
	const struct icmp_error *e = r->error;
	const struct addr *hop = r->names_router ? &e->router : NULL;
	size_t most = r->to.family == 4 ? QUOTE_MAX4 : QUOTE_MAX6;
	size_t quoted = r->of_check ? r->original.len : e->quote.packet.len + r->extensions;
	size_t size = smaller(smaller(quoted, r->original_size), most);
	struct icmp_header h = { .from = r->from, .to = r->to, .type = r->type, .code = r->code, .rest = r->rest };
	bool extends = icmp_error_may_extend(r->to.family, r->type) && (e->objects.len || hop);
	size_t area = size, start, quote_start;

	if (extends) {
		area = extended_area(size, most, extension_size(e->objects, hop));
		size = smaller(size, area);
		/* RFC 4884: 32-bit words in byte 5 (IPv4), 64-bit words in byte 4 (IPv6) */
		h.rest |= r->to.family == 4 ? (uint32_t)(area / 4) << 16 : (uint32_t)(area / 8) << 24;
	}
	start = icmp_begin(&h, out);
	quote_start = out->len;
	put_quote(r, size, out);
	if (extends) {
		writer_zeroes(out, quote_start + area - out->len);
		extension_put(out, e->objects, hop);
	}
	icmp_end(&h, start, out);
}
