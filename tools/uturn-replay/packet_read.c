/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "frames.h"
#include "packet/extension.h"
#include "packet/icmp_error.h"
#include "packet/probe.h"
#include "packet_text.h"
#include "text.h"

enum { TEXT_SIZE = 32768, WORDS = 64 };

struct reader {
	struct frames frames;
	char *why;
};

static bool refuse(struct reader *r, const char *words, const char *subject)
{
	snprintf(r->why, PACKET_WHY_SIZE, "%s%s%s", subject ? subject : "", subject ? ": " : "", words);
	return false;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;
	int digit = at ? (int)(at - digits) : -1;

	return digit < 16 ? digit : digit - 6;
}

static bool put_hex(struct reader *r, const char *text)
{
	for (; *text; text += 2) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return refuse(r, "no whole bytes in hexadecimal, and no layer either", text);
		put_u8(r->frames.out, (uint8_t)(high << 4 | low));
	}
	return true;
}

static bool read_number(struct reader *r, char **words, uint32_t *value)
{
	if (!words[1] || words[2] || !number_read(words[1], PACKET_TEXT_SIZE, value))
		return refuse(r, "one number of bytes belongs here", words[0]);
	return true;
}

/* `A > B` */
static bool read_pair(struct reader *r, char **words)
{
	if (!words[1] || !words[2] || strcmp(words[2], ">") != 0 || !words[3])
		return refuse(r, "write FROM > TO", words[0]);
	return true;
}

static bool read_fields(struct reader *r, enum layer layer, char **words, struct fields *f)
{
	return fields_read(layer, words, f, r->why, PACKET_WHY_SIZE);
}

static bool begin_transport(struct reader *r, enum layer layer, const char *word)
{
	struct frame *top = frames_top(&r->frames);

	if (!top || top->transport || top->transport_start != r->frames.out->len)
		return refuse(r, "belongs right behind an IP header", word);
	top->transport = layer;
	return true;
}

static struct frame *begin_ip(struct reader *r, char **words, enum layer layer)
{
	struct frame *parent = frames_top(&r->frames), *f;
	uint8_t family = layer == LAYER_IP4 ? 4 : 6;

	if (r->frames.is_closed || r->frames.depth == FRAMES ||
		(parent && (parent->transport != LAYER_ERROR || parent->quote_size)))
		return refuse(r, "an IP header stands first, or behind an ICMP error", words[0]), NULL;
	f = &r->frames.at[r->frames.depth];
	*f = (struct frame){ .start = r->frames.out->len };
	if (!read_pair(r, words) || !read_fields(r, layer, words + 4, &f->ip))
		return NULL;
	if (!addr_parse(words[1], &f->from) || !addr_parse(words[3], &f->to) || f->from.family != family ||
		f->to.family != family)
		return refuse(r, "FROM > TO are two addresses of the family", words[0]), NULL;
	r->frames.depth++;
	return f;
}

static bool read_ip4(struct reader *r, char **words)
{
	struct frame *f = begin_ip(r, words, LAYER_IP4);
	struct writer *out = r->frames.out;
	uint32_t fragment;

	if (!f)
		return false;
	fragment = field_or(&f->ip, FIELD_DF, 0) << 14 | field_or(&f->ip, FIELD_MF, 0) << 13 |
		field_or(&f->ip, FIELD_FRAGMENT, 0);
	put_u8(out, 0); /* version and size, below */
	put_u8(out, (uint8_t)field_or(&f->ip, FIELD_TOS, 0));
	put_u16(out, 0); /* length, when closed */
	put_u16(out, (uint16_t)field_or(&f->ip, FIELD_ID, 0));
	put_u16(out, (uint16_t)fragment);
	put_u8(out, (uint8_t)field_or(&f->ip, FIELD_TTL, 64));
	put_u8(out, 0); /* protocol, when closed */
	put_u16(out, 0); /* checksum, when closed */
	put(out, span_of(f->from.bytes, 4));
	put(out, span_of(f->to.bytes, 4));
	if (f->ip.is_set[FIELD_OPTIONS] && !put_hex(r, f->ip.text[FIELD_OPTIONS]))
		return false;
	f->transport_start = out->len;
	if (!out->overflow)
		out->at[f->start] = (uint8_t)(field_or(&f->ip, FIELD_VERSION, 4) << 4 |
			field_or(&f->ip, FIELD_WORDS, (uint32_t)(out->len - f->start) / 4));
	return true;
}

static bool read_ip6(struct reader *r, char **words)
{
	struct frame *f = begin_ip(r, words, LAYER_IP6);
	struct writer *out = r->frames.out;

	if (!f)
		return false;
	put_u32(out, field_or(&f->ip, FIELD_VERSION, 6) << 28 | field_or(&f->ip, FIELD_TOS, 0) << 20 |
		field_or(&f->ip, FIELD_FLOW, 0));
	put_u16(out, 0); /* length, when closed */
	put_u8(out, 0); /* next header, when closed */
	put_u8(out, (uint8_t)field_or(&f->ip, FIELD_TTL, 64));
	put(out, span_of(f->from.bytes, 16));
	put(out, span_of(f->to.bytes, 16));
	f->transport_start = out->len;
	return true;
}

static bool put_ports(struct reader *r, char **words)
{
	uint32_t from, to;

	if (!read_pair(r, words))
		return false;
	if (!number_read(words[1], 0xffff, &from) || !number_read(words[3], 0xffff, &to))
		return refuse(r, "FROM > TO are two ports", words[0]);
	put_u16(r->frames.out, (uint16_t)from);
	put_u16(r->frames.out, (uint16_t)to);
	return true;
}

static bool read_udp(struct reader *r, char **words)
{
	if (!begin_transport(r, LAYER_UDP, words[0]) || !put_ports(r, words) ||
		!read_fields(r, LAYER_UDP, words + 4, &frames_top(&r->frames)->l4))
		return false;
	put_u32(r->frames.out, 0); /* length and checksum, when closed */
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
			return refuse(r, "flags are letters of FSRPAUEC, or 'none'", text);
		*flags |= (uint8_t)(1 << (at - letters));
	}
	return true;
}

static bool read_tcp(struct reader *r, char **words)
{
	struct writer *out = r->frames.out;
	size_t start = out->len;
	struct fields *f;
	uint8_t flags = TCP_SYN;

	if (!begin_transport(r, LAYER_TCP, words[0]) || !put_ports(r, words))
		return false;
	f = &frames_top(&r->frames)->l4;
	if (!read_fields(r, LAYER_TCP, words + 4, f))
		return false;
	if (f->is_set[FIELD_FLAGS] && !read_flags(r, f->text[FIELD_FLAGS], &flags))
		return false;
	put_u32(out, field_or(f, FIELD_SEQUENCE, 0));
	put_u32(out, field_or(f, FIELD_ACKNOWLEDGEMENT, 0));
	put_u8(out, 0); /* size, below */
	put_u8(out, flags);
	put_u16(out, (uint16_t)field_or(f, FIELD_WINDOW, 0));
	put_u16(out, 0); /* checksum, when closed */
	put_u16(out, (uint16_t)field_or(f, FIELD_URGENT, 0));
	if (f->is_set[FIELD_OPTIONS] && !put_hex(r, f->text[FIELD_OPTIONS]))
		return false;
	if (!out->overflow)
		out->at[start + 12] = (uint8_t)(field_or(f, FIELD_WORDS, (uint32_t)(out->len - start) / 4) << 4);
	return true;
}

static bool read_echo(struct reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	bool is_reply = strcmp(words[0], "reply") == 0;
	struct fields *f;
	uint32_t type;

	if (!begin_transport(r, LAYER_ECHO, words[0]))
		return false;
	f = &top->l4;
	if (!read_fields(r, LAYER_ECHO, words + 1, f))
		return false;
	type = top->from.family == 4 ? (is_reply ? 0 : 8) : (is_reply ? 129 : 128);
	put_u8(r->frames.out, (uint8_t)field_or(f, FIELD_TYPE, type));
	put_u8(r->frames.out, (uint8_t)field_or(f, FIELD_CODE, 0));
	put_u16(r->frames.out, 0); /* checksum, when closed */
	put_u16(r->frames.out, (uint16_t)field_or(f, FIELD_ID, 0));
	put_u16(r->frames.out, (uint16_t)field_or(f, FIELD_SEQUENCE, 0));
	return true;
}

static const struct {
	const char *word;
	uint8_t type4, type6;
} errors[] = {
	{ "expired", EXPIRED4, EXPIRED6 },
	{ "unreachable", UNREACHABLE4, UNREACHABLE6 },
	{ "too-big", UNREACHABLE4, TOO_BIG6 }, /* IPv4: code 4, RFC 1191 */
	{ "icmp", 0, 0 },
};

static bool read_error(struct reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	struct fields *f;
	size_t i = 0;

	if (!begin_transport(r, LAYER_ERROR, words[0]))
		return false;
	f = &top->l4;
	if (!read_fields(r, LAYER_ERROR, words + 1, f))
		return false;
	while (strcmp(errors[i].word, words[0]) != 0)
		i++;
	put_u8(r->frames.out, (uint8_t)field_or(f, FIELD_TYPE,
		top->from.family == 4 ? errors[i].type4 : errors[i].type6));
	put_u8(r->frames.out, (uint8_t)field_or(f, FIELD_CODE, i == 2 && top->from.family == 4 ? 4 : 0));
	put_u16(r->frames.out, 0); /* checksum, when closed */
	put_u32(r->frames.out, field_or(f, FIELD_REST, 0));
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
		return refuse(r, "belongs behind the quote of an ICMP error", word), NULL;
	return top;
}

static bool read_pad(struct reader *r, char **words)
{
	struct frame *error;
	size_t size;
	uint32_t wanted;

	if (!read_number(r, words, &wanted))
		return false;
	error = end_quote(r, words[0]);
	if (!error)
		return false;
	size = r->frames.out->len - error->transport_start - ICMP_SIZE;
	if (wanted < size)
		return refuse(r, "the quote is longer already", words[0]);
	put_zeroes(r->frames.out, wanted - size);
	error->quote_size = wanted;
	return true;
}

static size_t padded_size(size_t size)
{
	size = (size + 7) / 8 * 8;
	return size < EXTENSION_OFFSET ? EXTENSION_OFFSET : size;
}

static bool read_extension(struct reader *r, char **words)
{
	struct frame *error = end_quote(r, words[0]);
	size_t size;

	if (!error)
		return false;
	if (!read_fields(r, LAYER_EXTENSION, words + 1, &error->extension))
		return false;
	if (!error->quote_size) {
		size = r->frames.out->len - error->transport_start - ICMP_SIZE;
		error->quote_size = padded_size(size);
		put_zeroes(r->frames.out, error->quote_size - size);
	}
	error->extension_start = r->frames.out->len;
	put_u16(r->frames.out, (uint16_t)(field_or(&error->extension, FIELD_VERSION, 2) << 12));
	put_u16(r->frames.out, 0); /* checksum, when closed */
	return true;
}

static bool in_extension(struct reader *r, const char *word)
{
	struct frame *top = frames_top(&r->frames);

	return (top && top->extension_start) || refuse(r, "belongs behind 'ext'", word);
}

static bool read_mpls(struct reader *r, char **words)
{
	struct fields f = { 0 };
	uint32_t label;

	if (!in_extension(r, words[0]))
		return false;
	if (!number_read(words[1], 0xfffff, &label))
		return refuse(r, "a label of 20 bits belongs here", words[0]);
	if (!read_fields(r, LAYER_MPLS, words + 2, &f))
		return false;
	put_u32(r->frames.out, 0x00080101); /* one entry, RFC 4950 */
	put_u32(r->frames.out, label << 12 | field_or(&f, FIELD_EXPERIMENTAL, 0) << 9 |
		field_or(&f, FIELD_BOTTOM, 1) << 8 | field_or(&f, FIELD_TTL, 1));
	return true;
}

/* `object CLASS/TYPE HEX`; `object CLASS/TYPE -` is empty */
static bool read_object(struct reader *r, char **words)
{
	struct writer *out = r->frames.out;
	size_t start = out->len;
	struct fields f = { 0 };
	unsigned class, type;

	if (!in_extension(r, words[0]))
		return false;
	if (!words[1] || !words[2] || sscanf(words[1], "%u/%u", &class, &type) != 2 || class > 255 || type > 255)
		return refuse(r, "write CLASS/TYPE HEX", words[0]);
	if (!read_fields(r, LAYER_OBJECT, words + 3, &f))
		return false;
	put_u16(out, 0); /* length, below */
	put_u8(out, (uint8_t)class);
	put_u8(out, (uint8_t)type);
	if (strcmp(words[2], "-") != 0 && !put_hex(r, words[2]))
		return false;
	if (!out->overflow)
		patch_u16(out, start, (uint16_t)field_or(&f, FIELD_LENGTH, (uint32_t)(out->len - start)));
	return true;
}

/* An interface information object with the address of the incoming interface, RFC 5837 4.1. */
static bool read_interface(struct reader *r, char **words)
{
	struct writer *out = r->frames.out;
	struct addr a;

	if (!in_extension(r, words[0]))
		return false;
	if (!words[1] || words[2] || !addr_parse(words[1], &a))
		return refuse(r, "one address belongs here", words[0]);
	put_u16(out, (uint16_t)(8 + addr_size(&a)));
	put_u16(out, 0x0204);
	put_u32(out, a.family == 4 ? 0x00010000 : 0x00020000);
	put(out, span_of(a.bytes, addr_size(&a)));
	return true;
}

static bool read_zeroes(struct reader *r, char **words)
{
	uint32_t size;

	if (!read_number(r, words, &size))
		return false;
	put_zeroes(r->frames.out, size);
	return true;
}

/* What Linux traceroute fills its probes with; `pattern SIZE OFFSET` starts later in it. */
static bool read_pattern(struct reader *r, char **words)
{
	uint32_t size, offset = 0;

	if (!words[1] || !number_read(words[1], PACKET_TEXT_SIZE, &size) ||
		(words[2] && (words[3] || !number_read(words[2], 63, &offset))))
		return refuse(r, "write SIZE, or SIZE OFFSET", words[0]);
	for (uint32_t i = 0; i < size; i++)
		put_u8(r->frames.out, (uint8_t)(0x40 + ((i + offset) & 0x3f)));
	return true;
}

static bool read_text(struct reader *r, char **words)
{
	if (!words[1] || words[2])
		return refuse(r, "one word belongs here", words[0]);
	put(r->frames.out, span_of((const uint8_t *)words[1], strlen(words[1])));
	return true;
}

/* Closes the innermost packet, then keeps only its first bytes. */
static bool read_cut(struct reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	struct writer *out = r->frames.out;
	uint32_t size;

	if (!read_number(r, words, &size))
		return false;
	if (!top)
		return refuse(r, "there is no packet to cut", words[0]);
	frames_close_top(&r->frames);
	if (size > out->len - top->start)
		return refuse(r, "the packet is shorter already", words[0]);
	out->len = top->start + size;
	return true;
}

/* What an Ethernet frame carries behind a short packet. */
static bool read_padding(struct reader *r, char **words)
{
	frames_close_to(&r->frames, 0);
	return read_zeroes(r, words);
}

static bool read_hex(struct reader *r, char **words)
{
	for (words++; *words; words++)
		if (!put_hex(r, *words))
			return false;
	return true;
}

static const struct {
	const char *word;
	bool (*read)(struct reader *r, char **words);
} layers[] = {
	{ "ip4", read_ip4 },
	{ "ip6", read_ip6 },
	{ "udp", read_udp },
	{ "tcp", read_tcp },
	{ "echo", read_echo },
	{ "reply", read_echo },
	{ "expired", read_error },
	{ "unreachable", read_error },
	{ "too-big", read_error },
	{ "icmp", read_error },
	{ "cut", read_cut },
	{ "pad", read_pad },
	{ "ext", read_extension },
	{ "mpls", read_mpls },
	{ "object", read_object },
	{ "interface", read_interface },
	{ "zeroes", read_zeroes },
	{ "pattern", read_pattern },
	{ "text", read_text },
	{ "hex", read_hex },
	{ "padding", read_padding },
};

static bool read_layer(struct reader *r, char *text)
{
	char *words[WORDS + 1], *rest;
	size_t count = 0;

	for (char *word = strtok_r(text, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		if (count == WORDS)
			return refuse(r, "too many words in one layer", words[0]);
		words[count++] = word;
	}
	words[count] = NULL;
	if (!count)
		return refuse(r, "an empty layer", NULL);
	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++)
		if (strcmp(words[0], layers[i].word) == 0)
			return layers[i].read(r, words);
	for (size_t i = 0; i < count; i++)
		if (!put_hex(r, words[i]))
			return false;
	return true;
}

bool packet_read(const char *text, struct writer *out, char why[PACKET_WHY_SIZE])
{
	struct reader r = { .frames = { .out = out }, .why = why };
	char copy[TEXT_SIZE];
	char *rest = copy, *layer;

	if (strlen(text) >= sizeof(copy))
		return refuse(&r, "a packet's text is too long", NULL);
	strcpy(copy, text);
	while ((layer = strsep(&rest, "|")) != NULL)
		if (!read_layer(&r, layer))
			return false;
	frames_close_to(&r.frames, 0);
	return !out->overflow || refuse(&r, "larger than a packet can be", NULL);
}
