/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layers.h"

/* The extension headers of IPv6, each directly behind the IP header or another one (RFC 8200 4.1). */
static bool begin(struct packet_reader *r, uint8_t protocol, enum layer layer, char **words, struct fields *f)
{
	struct frame *top = frames_top(&r->frames);
	struct writer *out = r->frames.out;

	if (!top || top->from.family != 6 || top->transport || top->transport_start != out->len)
		return layer_refuse(r, "must follow an IPv6 header directly", words[0]);
	*f = (struct fields){ 0 };
	if (!layer_fields(r, layer, words + 1, f))
		return false;
	if (!top->is_next_named && !out->overflow)
		out->at[top->next_at] = protocol;
	top->next_at = out->len;
	top->is_next_named = f->is_set[FIELD_PROTOCOL];
	writer_u8(out, (uint8_t)field_or(f, FIELD_PROTOCOL, 0));
	return true;
}

static bool put_options(struct packet_reader *r, uint8_t protocol, char **words)
{
	struct writer *out = r->frames.out;
	size_t start = out->len;
	struct fields f = { 0 };

	if (!begin(r, protocol, LAYER_OPTIONS6, words, &f))
		return false;
	writer_u8(out, 0); /* length, below */
	if (f.is_set[FIELD_OPTIONS] && !layer_put_hex(r, f.text[FIELD_OPTIONS]))
		return false;
	writer_zeroes(out, out->len - start < 8 ? 8 - (out->len - start) : (8 - (out->len - start) % 8) % 8);
	if (!out->overflow)
		out->at[start + 1] = (uint8_t)field_or(&f, FIELD_LENGTH, (uint32_t)(out->len - start) / 8 - 1);
	frames_top(&r->frames)->transport_start = out->len;
	return true;
}

bool layer_hop_by_hop(struct packet_reader *r, char **words)
{
	return put_options(r, 0, words);
}

bool layer_destination(struct packet_reader *r, char **words)
{
	return put_options(r, 60, words);
}

bool layer_fragment(struct packet_reader *r, char **words)
{
	struct writer *out = r->frames.out;
	struct fields f = { 0 };

	if (!begin(r, 44, LAYER_FRAGMENT6, words, &f))
		return false;
	writer_u8(out, 0);
	writer_u16(out,
		(uint16_t)(field_or(&f, FIELD_FRAGMENT, 0) << 3 | field_or(&f, FIELD_REST, 0) << 1 |
			field_or(&f, FIELD_MF, 0)));
	writer_u32(out, field_or(&f, FIELD_ID, 0));
	frames_top(&r->frames)->transport_start = out->len;
	return true;
}
