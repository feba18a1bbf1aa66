/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes from and for the network: a span that is only read, a cursor that
 * reads it, a writer that fills memory of its caller.
 *
 * All numbers on the wire are big-endian. A cursor that runs short hands out
 * zeroes and remembers it in short_read, a writer that is full writes nothing
 * more and remembers it in overflow: ask once, at the end. Nothing here
 * allocates; a span or writer lives as long as the memory it points to.
 */
#ifndef UTURN_PACKET_BYTES_H
#define UTURN_PACKET_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *at;
	size_t len; /* bytes */
};

struct cursor {
	struct span rest;
	bool short_read;
};

struct writer {
	uint8_t *at; /* first byte of the memory, not of the free part */
	size_t size; /* bytes of memory */
	size_t len; /* bytes written */
	bool overflow;
};

static inline struct span span_of(const uint8_t *at, size_t len)
{
	return (struct span){ at, len };
}

/* The first len bytes of s, or all of it where s is shorter. */
static inline struct span span_head(struct span s, size_t len)
{
	return (struct span){ s.at, len < s.len ? len : s.len };
}

/* What follows the first len bytes of s; empty where s is shorter. */
static inline struct span span_tail(struct span s, size_t len)
{
	if (len >= s.len)
		return (struct span){ s.at + s.len, 0 };
	return (struct span){ s.at + len, s.len - len };
}

static inline struct cursor cursor_of(struct span s)
{
	return (struct cursor){ s, false };
}

static inline struct writer writer_of(uint8_t *at, size_t size)
{
	return (struct writer){ at, size, 0, false };
}

static inline uint16_t load_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t load_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint64_t load_u64(const uint8_t *at)
{
	return (uint64_t)load_u32(at) << 32 | load_u32(at + 4);
}

static inline void store_u16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void store_u32(uint8_t *at, uint32_t v)
{
	store_u16(at, (uint16_t)(v >> 16));
	store_u16(at + 2, (uint16_t)v);
}

static inline void store_u64(uint8_t *at, uint64_t v)
{
	store_u32(at, (uint32_t)(v >> 32));
	store_u32(at + 4, (uint32_t)v);
}

extern const uint8_t bytes_zeroes[16];

/* Lends the next len (at most 16) bytes; zeroes where fewer are left. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len)
{
	const uint8_t *at = c->rest.at;

	if (len > c->rest.len || len > sizeof(bytes_zeroes)) {
		c->short_read = true;
		c->rest.len = 0;
		return bytes_zeroes;
	}
	c->rest = span_tail(c->rest, len);
	return at;
}

static inline void cursor_skip(struct cursor *c, size_t len)
{
	if (len > c->rest.len)
		c->short_read = true;
	c->rest = span_tail(c->rest, len);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return *cursor_take(c, 1);
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	return load_u16(cursor_take(c, 2));
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	return load_u32(cursor_take(c, 4));
}

void writer_put(struct writer *w, struct span bytes);
void writer_zeroes(struct writer *w, size_t len);
void writer_u8(struct writer *w, uint8_t v);
void writer_u16(struct writer *w, uint16_t v);
void writer_u32(struct writer *w, uint32_t v);
/* Overwrites two bytes already written at offset; for lengths and checksums. */
void writer_patch_u16(struct writer *w, size_t offset, uint16_t v);

#endif
