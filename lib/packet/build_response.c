/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/extension.h"
#include "packet/icmp.h"

enum { OBJECT_HEADER = 4, CLASS_ANSWER = 0xf7, C_TYPE_ANSWER = 1 }; /* RFC 4884 7.1: for private use */

static size_t begin(const struct response *r, struct icmp_header *h, struct writer *out)
{
	*h = (struct icmp_header){ .from = r->from, .to = r->to, .rest = (uint32_t)r->id << 16 };
	h->type = icmp_echo_reply(r->to.family);
	h->code = 1;
	return icmp_begin(h, out);
}

void build_status(const struct response *r, enum request_status status, uint8_t class, uint8_t c_type,
	struct writer *out)
{
	struct icmp_header h;
	size_t start = begin(r, &h, out);

	writer_u8(out, (uint8_t)status);
	writer_u8(out, 0); /* length of a message, of which there is none */
	writer_u8(out, class);
	writer_u8(out, c_type);
	icmp_end(&h, start, out);
}

static void put_hop(const struct addr *hop, struct writer *out)
{
	if (hop->family == 4) {
		writer_zeroes(out, 10);
		writer_u16(out, 0xffff);
	}
	writer_put(out, span_of(hop->bytes, addr_size(hop)));
}

/* As many of them as there is room for, each whole. */
static struct span objects_that_fit(struct span objects, size_t room)
{
	size_t len = 0;

	while (objects.len - len >= OBJECT_HEADER) {
		size_t size = load_u16(objects.at + len);

		if (size < OBJECT_HEADER || size > objects.len - len || len + size > room)
			break;
		len += size;
	}
	return span_head(objects, len);
}

static void put_additions(const struct response *r, const struct response_answer *a, struct writer *out)
{
	const size_t start = out->len;

	writer_u32(out, 0x20000000); /* version 2; checksum, below */
	writer_u16(out, ANSWER_OBJECT);
	writer_u8(out, CLASS_ANSWER);
	writer_u8(out, C_TYPE_ANSWER);
	writer_u8(out, (uint8_t)a->kind);
	writer_u8(out, a->icmp_type);
	writer_u8(out, a->icmp_code);
	writer_u8(out, a->ttl);
	writer_put(out, objects_that_fit(a->objects, r->room - RESPONSE_EXTENDED));
	if (!out->overflow)
		writer_patch_u16(out, start + 2, checksum(span_of(out->at + start, out->len - start)));
}

void build_response(const struct response *r, const struct response_answer *a, struct writer *out)
{
	struct icmp_header h;
	size_t start = begin(r, &h, out);

	writer_u32(out, 0); /* status, length of a message, reserved */
	put_hop(&a->hop, out);
	writer_u32(out, a->rtt_ns < UINT32_MAX ? (uint32_t)a->rtt_ns : UINT32_MAX);
	writer_u32(out, 0);
	if (r->room >= RESPONSE_EXTENDED)
		put_additions(r, a, out);
	icmp_end(&h, start, out);
}
