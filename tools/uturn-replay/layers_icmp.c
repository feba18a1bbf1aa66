/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "layers.h"
#include "packet/extension.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"

static const struct {
	const char *word;
	uint8_t type4, type6;
} errors[] = {
	{ "expired", ICMP_TIME_EXCEEDED4, ICMP_TIME_EXCEEDED6 },
	{ "unreachable", ICMP_UNREACHABLE4, ICMP_UNREACHABLE6 },
	{ "too-big", ICMP_UNREACHABLE4, ICMP_PACKET_TOO_BIG6 }, /* IPv4: code 4, RFC 1191 */
	{ "icmp", 0, 0 },
};

bool layer_error(struct reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	struct fields *f;
	size_t i = 0;

	if (!layer_begin_transport(r, LAYER_ERROR, words[0]))
		return false;
	f = &top->l4;
	if (!layer_fields(r, LAYER_ERROR, words + 1, f))
		return false;
	while (strcmp(errors[i].word, words[0]) != 0)
		i++;
	writer_u8(r->frames.out,
		(uint8_t)field_or(f, FIELD_TYPE, top->from.family == 4 ? errors[i].type4 : errors[i].type6));
	writer_u8(r->frames.out, (uint8_t)field_or(f, FIELD_CODE, i == 2 && top->from.family == 4 ? 4 : 0));
	writer_u16(r->frames.out, 0); /* checksum, when closed */
	writer_u32(r->frames.out, field_or(f, FIELD_REST, 0));
	return true;
}

/* Ends the quote of the innermost error that still has room behind it. */
static struct frame *end_quote(struct reader *r, const char *word)
{
	struct frame *top = frames_top(&r->frames);

	if (top && top->transport != LAYER_ERROR) {
		if (r->frames.depth > 1)
			frames_close_top(&r->frames);
		top = frames_top(&r->frames);
	}
	if (!top || top->transport != LAYER_ERROR || top->extension_start)
		return layer_refuse(r, "belongs behind the quote of an ICMP error", word), NULL;
	return top;
}

bool layer_pad(struct reader *r, char **words)
{
	struct frame *error;
	size_t size;
	uint32_t wanted;

	if (!layer_number(r, words, &wanted))
		return false;
	error = end_quote(r, words[0]);
	if (!error)
		return false;
	size = r->frames.out->len - error->transport_start - ICMP_SIZE;
	if (wanted < size)
		return layer_refuse(r, "the quote is longer already", words[0]);
	writer_zeroes(r->frames.out, wanted - size);
	error->quote_size = wanted;
	return true;
}

static size_t padded_size(size_t size)
{
	size = (size + 7) / 8 * 8;
	return size < EXTENSION_OFFSET ? EXTENSION_OFFSET : size;
}

bool layer_extension(struct reader *r, char **words)
{
	struct frame *error = end_quote(r, words[0]);
	size_t size;

	if (!error)
		return false;
	if (!layer_fields(r, LAYER_EXTENSION, words + 1, &error->extension))
		return false;
	if (!error->quote_size) {
		size = r->frames.out->len - error->transport_start - ICMP_SIZE;
		error->quote_size = padded_size(size);
		writer_zeroes(r->frames.out, error->quote_size - size);
	}
	error->extension_start = r->frames.out->len;
	writer_u16(r->frames.out, (uint16_t)(field_or(&error->extension, FIELD_VERSION, 2) << 12));
	writer_u16(r->frames.out, 0); /* checksum, when closed */
	return true;
}

static bool in_extension(struct reader *r, const char *word)
{
	struct frame *top = frames_top(&r->frames);

	return (top && top->extension_start) || layer_refuse(r, "belongs behind 'ext'", word);
}

bool layer_mpls(struct reader *r, char **words)
{
	struct fields f = { 0 };
	uint32_t label;

	if (!in_extension(r, words[0]))
		return false;
	if (!number_read(words[1], 0xfffff, &label))
		return layer_refuse(r, "a label of 20 bits belongs here", words[0]);
	if (!layer_fields(r, LAYER_MPLS, words + 2, &f))
		return false;
	writer_u32(r->frames.out, 0x00080101); /* one entry, RFC 4950 */
	writer_u32(r->frames.out,
		label << 12 | field_or(&f, FIELD_EXPERIMENTAL, 0) << 9 | field_or(&f, FIELD_BOTTOM, 1) << 8 |
			field_or(&f, FIELD_TTL, 1));
	return true;
}

/* `object CLASS/TYPE HEX`; `object CLASS/TYPE -` is empty */
bool layer_object(struct reader *r, char **words)
{
	struct writer *out = r->frames.out;
	size_t start = out->len;
	struct fields f = { 0 };
	unsigned class, type;

	if (!in_extension(r, words[0]))
		return false;
	if (!words[1] || !words[2] || sscanf(words[1], "%u/%u", &class, &type) != 2 || class > 255 || type > 255)
		return layer_refuse(r, "write CLASS/TYPE HEX", words[0]);
	if (!layer_fields(r, LAYER_OBJECT, words + 3, &f))
		return false;
	writer_u16(out, 0); /* length, below */
	writer_u8(out, (uint8_t) class);
	writer_u8(out, (uint8_t)type);
	if (strcmp(words[2], "-") != 0 && !layer_put_hex(r, words[2]))
		return false;
	if (!out->overflow)
		writer_patch_u16(out, start, (uint16_t)field_or(&f, FIELD_LENGTH, (uint32_t)(out->len - start)));
	return true;
}

/* An interface information object with the address of the incoming interface, RFC 5837 4.1. */
bool layer_interface(struct reader *r, char **words)
{
	struct writer *out = r->frames.out;
	struct addr a;

	if (!in_extension(r, words[0]))
		return false;
	if (!words[1] || words[2] || !addr_parse(words[1], &a))
		return layer_refuse(r, "one address belongs here", words[0]);
	writer_u16(out, (uint16_t)(8 + addr_size(&a)));
	writer_u16(out, 0x0204);
	writer_u32(out, a.family == 4 ? 0x00010000 : 0x00020000);
	writer_put(out, span_of(a.bytes, addr_size(&a)));
	return true;
}
