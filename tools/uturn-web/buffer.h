/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes on their way out, in memory that grows up to a limit.
 *
 * A buffer of zeroes is an empty one. What does not fit is refused whole and
 * changes nothing; the caller decides what that means to the reader. Buffers
 * may share a pool, which bounds what all of them hold together.
 */
#ifndef UTURN_WEB_BUFFER_H
#define UTURN_WEB_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Pools of zeroes but for most; above may be NULL, and is charged as well. */
struct buffer_pool {
	size_t used, most; /* bytes of memory */
	struct buffer_pool *above;
};

struct buffer {
	char *at; /* first byte not yet taken is at[from] */
	size_t from, len, size; /* len: bytes not yet taken */
	struct buffer_pool *pool; /* NULL: none; outlives the buffer */
	bool is_short; /* the pool has refused something since the buffer was empty */
};

enum { BUFFER_MAX = 64 * 1024 }; /* what one buffer holds at most */

void buffer_free(struct buffer *b);
bool buffer_put(struct buffer *b, const void *bytes, size_t len);
bool buffer_text(struct buffer *b, const char *text);
bool buffer_print(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The bytes that wait, b->len of them; lent until the next call. */
const char *buffer_bytes(const struct buffer *b);
void buffer_take(struct buffer *b, size_t len);

#endif
