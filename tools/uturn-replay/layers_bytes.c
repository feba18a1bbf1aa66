/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "layers.h"
#include "packet/checksum.h"
#include "packet/neutral.h"
#include "packet/probe.h"

enum { BYTES_MAX = 65536 };

bool layer_refuse(struct packet_reader *r, const char *message, const char *subject)
{
	snprintf(r->why, r->why_size, "%s%s%s", subject ? subject : "", subject ? ": " : "", message);
	return false;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;
	int digit = at ? (int)(at - digits) : -1;

	return digit < 16 ? digit : digit - 6;
}

bool layer_put_hex(struct packet_reader *r, const char *text)
{
	for (; *text; text += 2) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return layer_refuse(r, "neither a layer nor bytes in hexadecimal", text);
		writer_u8(r->frames.out, (uint8_t)(high << 4 | low));
	}
	return true;
}

bool layer_number(struct packet_reader *r, char **words, uint32_t *value)
{
	if (!words[1] || words[2] || !number_read(words[1], BYTES_MAX, value))
		return layer_refuse(r, "expected a number of bytes", words[0]);
	return true;
}

bool layer_fields(struct packet_reader *r, enum layer layer, char **words, struct fields *f)
{
	return fields_read(layer, words, f, r->why, r->why_size);
}

bool layer_zeroes(struct packet_reader *r, char **words)
{
	uint32_t size;

	if (!layer_number(r, words, &size))
		return false;
	writer_zeroes(r->frames.out, size);
	return true;
}

/* The payload of Linux traceroute; `pattern SIZE OFFSET` starts later in it. */
bool layer_pattern(struct packet_reader *r, char **words)
{
	uint32_t size, offset = 0;

	if (!words[1] || !number_read(words[1], BYTES_MAX, &size) ||
		(words[2] && (words[3] || !number_read(words[2], 63, &offset))))
		return layer_refuse(r, "expected SIZE or SIZE OFFSET", words[0]);
	for (uint32_t i = 0; i < size; i++)
		writer_u8(r->frames.out, (uint8_t)(0x40 + ((i + offset) & 0x3f)));
	return true;
}

bool layer_text(struct packet_reader *r, char **words)
{
	if (!words[1] || words[2])
		return layer_refuse(r, "expected one word", words[0]);
	writer_put(r->frames.out, span_of((const uint8_t *)words[1], strlen(words[1])));
	return true;
}

/* Keeps the checksum of the datagram as it is now. */
static void keep_sum(struct writer *out, struct frame *top)
{
	struct span datagram = span_of(out->at + top->transport_start, out->len - top->transport_start);
	uint16_t sum;

	store_u16(out->at + top->transport_start + 4,
		(uint16_t)field_or(&top->l4, FIELD_LENGTH, (uint32_t)datagram.len));
	sum = checksum_pseudo(&top->from, &top->to, PROTOCOL_UDP, span_head(datagram, load_u16(datagram.at + 4)));
	if (!top->l4.is_set[FIELD_SUM])
		top->l4.value[FIELD_SUM] = sum ? sum : 0xffff;
	top->l4.is_set[FIELD_SUM] = true;
	top->l4.is_set[FIELD_LENGTH] = false;
}

/*
 * Replaces everything behind the first 8 bytes with the payload of uturnd, of
 * the same size or SIZE. The UDP checksum is kept, except where there was no
 * payload and SIZE is given.
 */
bool layer_neutral(struct packet_reader *r, char **words)
{
	enum { LENGTH = 4, SUM = 6 };
	struct frame *top = frames_top(&r->frames);
	struct writer *out = r->frames.out;
	size_t start = top ? top->transport_start : 0;
	bool is_lite;
	uint32_t size;

	if (!top || (top->transport != LAYER_UDP && top->transport != LAYER_NONE) || out->overflow ||
		out->len < start + UDP_SIZE)
		return layer_refuse(r, "must follow a datagram", words[0]);
	is_lite = field_or(&top->ip, FIELD_PROTOCOL, 0) == PROTOCOL_UDPLITE;
	size = (uint32_t)(out->len - start - UDP_SIZE);
	if (top->transport == LAYER_UDP && (size || !words[1]))
		keep_sum(out, top);
	if (words[1] && !layer_number(r, words, &size))
		return false;
	out->len = start + UDP_SIZE;
	neutral_put(out, size);
	if (out->overflow)
		return true;
	if (top->transport == LAYER_UDP && field_or(&top->l4, FIELD_SUM, 0)) {
		store_u16(out->at + start + LENGTH, (uint16_t)(UDP_SIZE + size));
		store_u16(out->at + start + SUM, (uint16_t)top->l4.value[FIELD_SUM]);
		neutral_keep_sum(&top->from, &top->to, PROTOCOL_UDP, out->at + start, UDP_SIZE + size);
		top->l4.value[FIELD_SUM] = load_u16(out->at + start + SUM); /* too short to keep it */
	} else if (is_lite) {
		store_u16(out->at + start + LENGTH, 0);
		neutral_keep_sum(&top->from, &top->to, PROTOCOL_UDPLITE, out->at + start, UDP_SIZE + size);
	}
	return true;
}

/* Closes the innermost packet, then keeps only its first bytes. */
bool layer_cut(struct packet_reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	struct writer *out = r->frames.out;
	uint32_t size;

	if (!layer_number(r, words, &size))
		return false;
	if (!top)
		return layer_refuse(r, "no packet to cut", words[0]);
	frames_close_top(&r->frames);
	if (size > out->len - top->start)
		return layer_refuse(r, "the packet is shorter than that", words[0]);
	out->len = top->start + size;
	return true;
}

/* The padding of an Ethernet frame behind a short packet. */
bool layer_padding(struct packet_reader *r, char **words)
{
	frames_close_to(&r->frames, 0);
	return layer_zeroes(r, words);
}

bool layer_hex(struct packet_reader *r, char **words)
{
	for (words++; *words; words++)
		if (!layer_put_hex(r, *words))
			return false;
	return true;
}
