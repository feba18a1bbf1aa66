/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "layers.h"

enum { BYTES_MAX = 65536 };

bool layer_refuse(struct reader *r, const char *words, const char *subject)
{
	snprintf(r->why, r->why_size, "%s%s%s", subject ? subject : "", subject ? ": " : "", words);
	return false;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;
	int digit = at ? (int)(at - digits) : -1;

	return digit < 16 ? digit : digit - 6;
}

bool layer_put_hex(struct reader *r, const char *text)
{
	for (; *text; text += 2) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return layer_refuse(r, "no whole bytes in hexadecimal, and no layer either", text);
		put_u8(r->frames.out, (uint8_t)(high << 4 | low));
	}
	return true;
}

bool layer_number(struct reader *r, char **words, uint32_t *value)
{
	if (!words[1] || words[2] || !number_read(words[1], BYTES_MAX, value))
		return layer_refuse(r, "one number of bytes belongs here", words[0]);
	return true;
}

bool layer_fields(struct reader *r, enum layer layer, char **words, struct fields *f)
{
	return fields_read(layer, words, f, r->why, r->why_size);
}

bool layer_zeroes(struct reader *r, char **words)
{
	uint32_t size;

	if (!layer_number(r, words, &size))
		return false;
	put_zeroes(r->frames.out, size);
	return true;
}

/* What Linux traceroute fills its probes with; `pattern SIZE OFFSET` starts later in it. */
bool layer_pattern(struct reader *r, char **words)
{
	uint32_t size, offset = 0;

	if (!words[1] || !number_read(words[1], BYTES_MAX, &size) ||
		(words[2] && (words[3] || !number_read(words[2], 63, &offset))))
		return layer_refuse(r, "write SIZE, or SIZE OFFSET", words[0]);
	for (uint32_t i = 0; i < size; i++)
		put_u8(r->frames.out, (uint8_t)(0x40 + ((i + offset) & 0x3f)));
	return true;
}

bool layer_text(struct reader *r, char **words)
{
	if (!words[1] || words[2])
		return layer_refuse(r, "one word belongs here", words[0]);
	put(r->frames.out, span_of((const uint8_t *)words[1], strlen(words[1])));
	return true;
}

/* Closes the innermost packet, then keeps only its first bytes. */
bool layer_cut(struct reader *r, char **words)
{
	struct frame *top = frames_top(&r->frames);
	struct writer *out = r->frames.out;
	uint32_t size;

	if (!layer_number(r, words, &size))
		return false;
	if (!top)
		return layer_refuse(r, "there is no packet to cut", words[0]);
	frames_close_top(&r->frames);
	if (size > out->len - top->start)
		return layer_refuse(r, "the packet is shorter already", words[0]);
	out->len = top->start + size;
	return true;
}

/* What an Ethernet frame carries behind a short packet. */
bool layer_padding(struct reader *r, char **words)
{
	frames_close_to(&r->frames, 0);
	return layer_zeroes(r, words);
}

bool layer_hex(struct reader *r, char **words)
{
	for (words++; *words; words++)
		if (!layer_put_hex(r, *words))
			return false;
	return true;
}
