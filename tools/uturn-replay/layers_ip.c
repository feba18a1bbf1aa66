/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "common/text.h"
#include "layers.h"
#include "packet/probe.h"
#include "packet/tcp_segment.h"

/* `A > B` */
static bool read_pair(struct reader *r, char **words)
{
	if (!words[1] || !words[2] || strcmp(words[2], ">") != 0 || !words[3])
		return layer_refuse(r, "write FROM > TO", words[0]);
	return true;
}

bool layer_begin_transport(struct reader *r, enum layer layer, const char *word)
{
	struct frame *top = frames_top(&r->frames);

	if (!top || top->transport || top->transport_start != r->frames.out->len)
		return layer_refuse(r, "belongs right behind an IP header", word);
	top->transport = layer;
	return true;
}

static struct frame *begin_ip(struct reader *r, char **words, enum layer layer)
{
	struct frame *parent = frames_top(&r->frames), *f;
	uint8_t family = layer == LAYER_IP4 ? 4 : 6;

	if (r->frames.is_closed || r->frames.depth == FRAMES ||
		(parent && (parent->transport != LAYER_ERROR || parent->quote_size)))
		return layer_refuse(r, "an IP header stands first, or behind an ICMP error", words[0]), NULL;
	f = &r->frames.at[r->frames.depth];
	*f = (struct frame){ .start = r->frames.out->len };
	if (!read_pair(r, words) || !layer_fields(r, layer, words + 4, &f->ip))
		return NULL;
	if (!addr_parse(words[1], &f->from) || !addr_parse(words[3], &f->to) || f->from.family != family ||
		f->to.family != family)
		return layer_refuse(r, "FROM > TO are two addresses of the family", words[0]), NULL;
	r->frames.depth++;
	return f;
}

bool layer_ip4(struct reader *r, char **words)
{
	struct frame *f = begin_ip(r, words, LAYER_IP4);
	struct writer *out = r->frames.out;
	uint32_t fragment;

	if (!f)
		return false;
	fragment = field_or(&f->ip, FIELD_DF, 0) << 14 | field_or(&f->ip, FIELD_MF, 0) << 13 |
		field_or(&f->ip, FIELD_FRAGMENT, 0);
	writer_u8(out, 0); /* version and size, below */
	writer_u8(out, (uint8_t)field_or(&f->ip, FIELD_TOS, 0));
	writer_u16(out, 0); /* length, when closed */
	writer_u16(out, (uint16_t)field_or(&f->ip, FIELD_ID, 0));
	writer_u16(out, (uint16_t)fragment);
	writer_u8(out, (uint8_t)field_or(&f->ip, FIELD_TTL, 64));
	writer_u8(out, 0); /* protocol, when closed */
	writer_u16(out, 0); /* checksum, when closed */
	writer_put(out, span_of(f->from.bytes, 4));
	writer_put(out, span_of(f->to.bytes, 4));
	if (f->ip.is_set[FIELD_OPTIONS] && !layer_put_hex(r, f->ip.text[FIELD_OPTIONS]))
		return false;
	f->transport_start = out->len;
	if (!out->overflow)
		out->at[f->start] = (uint8_t)(field_or(&f->ip, FIELD_VERSION, 4) << 4 |
			field_or(&f->ip, FIELD_WORDS, (uint32_t)(out->len - f->start) / 4));
	return true;
}

bool layer_ip6(struct reader *r, char **words)
{
	struct frame *f = begin_ip(r, words, LAYER_IP6);
	struct writer *out = r->frames.out;

	if (!f)
		return false;
	writer_u32(out,
		field_or(&f->ip, FIELD_VERSION, 6) << 28 | field_or(&f->ip, FIELD_TOS, 0) << 20 |
			field_or(&f->ip, FIELD_FLOW, 0));
	writer_u16(out, 0); /* length, when closed */
	f->next_at = out->len;
	f->is_next_named = f->ip.is_set[FIELD_PROTOCOL];
	writer_u8(out, (uint8_t)field_or(&f->ip, FIELD_PROTOCOL, 0)); /* or when closed */
	writer_u8(out, (uint8_t)field_or(&f->ip, FIELD_TTL, 64));
	writer_put(out, span_of(f->from.bytes, 16));
	writer_put(out, span_of(f->to.bytes, 16));
	f->transport_start = out->len;
	return true;
}

static bool put_ports(struct reader *r, char **words)
{
	uint32_t from, to;

	if (!read_pair(r, words))
		return false;
	if (!number_read(words[1], 0xffff, &from) || !number_read(words[3], 0xffff, &to))
		return layer_refuse(r, "FROM > TO are two ports", words[0]);
	writer_u16(r->frames.out, (uint16_t)from);
	writer_u16(r->frames.out, (uint16_t)to);
	return true;
}

bool layer_udp(struct reader *r, char **words)
{
	if (!layer_begin_transport(r, LAYER_UDP, words[0]) || !put_ports(r, words) ||
		!layer_fields(r, LAYER_UDP, words + 4, &frames_top(&r->frames)->l4))
		return false;
	writer_u32(r->frames.out, 0); /* length and checksum, when closed */
	return true;
}

static bool read_flags(struct reader *r, const char *text, uint8_t *flags)
{
	static const char letters[] = "FSRPAUEC";

	*flags = 0;
	if (strcmp(text, "none") == 0)
		return true;
	for (; *text; text++) {
		const char *at = strchr(letters, *text);

		if (!at)
			return layer_refuse(r, "flags are letters of FSRPAUEC, or 'none'", text);
		*flags |= (uint8_t)(1 << (at - letters));
	}
	return true;
}

bool layer_tcp(struct reader *r, char **words)
{
	struct writer *out = r->frames.out;
	size_t start = out->len;
	struct fields *f;
	uint8_t flags = TCP_SYN;

	if (!layer_begin_transport(r, LAYER_TCP, words[0]) || !put_ports(r, words))
		return false;
	f = &frames_top(&r->frames)->l4;
	if (!layer_fields(r, LAYER_TCP, words + 4, f))
		return false;
	if (f->is_set[FIELD_FLAGS] && !read_flags(r, f->text[FIELD_FLAGS], &flags))
		return false;
	writer_u32(out, field_or(f, FIELD_SEQUENCE, 0));
	writer_u32(out, field_or(f, FIELD_ACKNOWLEDGEMENT, 0));
	writer_u8(out, 0); /* size, below */
	writer_u8(out, flags);
	writer_u16(out, (uint16_t)field_or(f, FIELD_WINDOW, 0));
	writer_u16(out, 0); /* checksum, when closed */
	writer_u16(out, (uint16_t)field_or(f, FIELD_URGENT, 0));
	if (f->is_set[FIELD_OPTIONS] && !layer_put_hex(r, f->text[FIELD_OPTIONS]))
		return false;
	if (!out->overflow)
		out->at[start + 12] = (uint8_t)(field_or(f, FIELD_WORDS, (uint32_t)(out->len - start) / 4) << 4);
	return true;
}

bool layer_echo(struct reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	bool is_reply = strcmp(words[0], "reply") == 0;
	struct fields *f;
	uint32_t type;

	if (!layer_begin_transport(r, LAYER_ECHO, words[0]))
		return false;
	f = &top->l4;
	if (!layer_fields(r, LAYER_ECHO, words + 1, f))
		return false;
	type = top->from.family == 4 ? (is_reply ? 0 : 8) : (is_reply ? 129 : 128);
	writer_u8(r->frames.out, (uint8_t)field_or(f, FIELD_TYPE, type));
	writer_u8(r->frames.out, (uint8_t)field_or(f, FIELD_CODE, 0));
	writer_u16(r->frames.out, 0); /* checksum, when closed */
	writer_u16(r->frames.out, (uint16_t)field_or(f, FIELD_ID, 0));
	writer_u16(r->frames.out, (uint16_t)field_or(f, FIELD_SEQUENCE, 0));
	return true;
}
