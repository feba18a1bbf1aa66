/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_LEAST = 1024 };

void buffer_free(struct buffer *b)
{
	for (struct buffer_pool *p = b->pool; p; p = p->above)
		p->used -= b->size;
	free(b->at);
	*b = (struct buffer){ .pool = b->pool };
}

static bool has_room(const struct buffer_pool *pool, size_t more)
{
	for (const struct buffer_pool *p = pool; p; p = p->above)
		if (more > p->most - p->used)
			return false;
	return true;
}

/* Makes room behind what waits; first by moving it to the front. */
static bool make_room(struct buffer *b, size_t len)
{
	size_t size = b->size ? b->size : BUFFER_LEAST;
	char *at;

	if (len > BUFFER_MAX - b->len)
		return false;
	if (b->from && b->from + b->len + len > b->size) {
		memmove(b->at, b->at + b->from, b->len);
		b->from = 0;
	}
	while (size < b->len + len)
		size *= 2;
	if (size == b->size)
		return true;
	if (!has_room(b->pool, size - b->size)) {
		b->is_short = true;
		return false;
	}
	at = realloc(b->at, size);
	if (!at)
		return false;
	for (struct buffer_pool *p = b->pool; p; p = p->above)
		p->used += size - b->size;
	b->at = at;
	b->size = size;
	return true;
}

bool buffer_put(struct buffer *b, const void *bytes, size_t len)
{
	if (len == 0)
		return true;
	if (!make_room(b, len))
		return false;
	memcpy(b->at + b->from + b->len, bytes, len);
	b->len += len;
	return true;
}

bool buffer_text(struct buffer *b, const char *text)
{
	return buffer_put(b, text, strlen(text));
}

bool buffer_print(struct buffer *b, const char *format, ...)
{
	char line[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	return len >= 0 && (size_t)len < sizeof(line) && buffer_put(b, line, (size_t)len);
}

const char *buffer_bytes(const struct buffer *b)
{
	return b->len ? b->at + b->from : "";
}

void buffer_take(struct buffer *b, size_t len)
{
	b->from += len;
	b->len -= len;
	if (b->len == 0) /* an idle connection holds no memory */
		buffer_free(b);
}
