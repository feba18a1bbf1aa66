/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/bytes.h"

#include <string.h>

static const uint8_t zeroes[16];

const uint8_t *take(struct cursor *c, size_t len)
{
	const uint8_t *at = c->rest.at;

	if (len > c->rest.len || len > sizeof(zeroes)) {
		c->short_read = true;
		c->rest.len = 0;
		return zeroes;
	}
	c->rest = span_tail(c->rest, len);
	return at;
}

void skip(struct cursor *c, size_t len)
{
	if (len > c->rest.len)
		c->short_read = true;
	c->rest = span_tail(c->rest, len);
}

uint8_t take_u8(struct cursor *c)
{
	return *take(c, 1);
}

uint16_t take_u16(struct cursor *c)
{
	return load_u16(take(c, 2));
}

uint32_t take_u32(struct cursor *c)
{
	return load_u32(take(c, 4));
}

/* Lends room for len bytes, or NULL where they do not fit any more. */
static uint8_t *room(struct writer *w, size_t len)
{
	uint8_t *at = w->at + w->len;

	if (w->overflow || len > w->size - w->len) {
		w->overflow = true;
		return NULL;
	}
	w->len += len;
	return at;
}

void put(struct writer *w, struct span bytes)
{
	uint8_t *at = room(w, bytes.len);

	if (at && bytes.len)
		memcpy(at, bytes.at, bytes.len);
}

void put_zeroes(struct writer *w, size_t len)
{
	uint8_t *at = room(w, len);

	if (at && len)
		memset(at, 0, len);
}

void put_u8(struct writer *w, uint8_t v)
{
	put(w, span_of(&v, 1));
}

void put_u16(struct writer *w, uint16_t v)
{
	uint8_t bytes[2];

	store_u16(bytes, v);
	put(w, span_of(bytes, sizeof(bytes)));
}

void put_u32(struct writer *w, uint32_t v)
{
	uint8_t bytes[4];

	store_u32(bytes, v);
	put(w, span_of(bytes, sizeof(bytes)));
}

void patch_u16(struct writer *w, size_t offset, uint16_t v)
{
	if (w->len < 2 || offset > w->len - 2)
		w->overflow = true;
	else
		store_u16(w->at + offset, v);
}
