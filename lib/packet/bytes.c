/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/bytes.h"

#include <string.h>

const uint8_t bytes_zeroes[16];

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

void writer_put(struct writer *w, struct span bytes)
{
	uint8_t *at = room(w, bytes.len);

	if (at && bytes.len)
		memcpy(at, bytes.at, bytes.len);
}

void writer_zeroes(struct writer *w, size_t len)
{
	uint8_t *at = room(w, len);

	if (at && len)
		memset(at, 0, len);
}

void writer_u8(struct writer *w, uint8_t v)
{
	uint8_t *at = room(w, 1);

	if (at)
		*at = v;
}

void writer_u16(struct writer *w, uint16_t v)
{
	uint8_t *at = room(w, 2);

	if (at)
		store_u16(at, v);
}

void writer_u32(struct writer *w, uint32_t v)
{
	uint8_t *at = room(w, 4);

	if (at)
		store_u32(at, v);
}

void writer_patch_u16(struct writer *w, size_t offset, uint16_t v)
{
	if (w->len < 2 || offset > w->len - 2)
		w->overflow = true;
	else
		store_u16(w->at + offset, v);
}
