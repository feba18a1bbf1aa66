/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 65536 };

static const char several[] = "{\"uturn-trace\":"; /* how one that may take several lines begins */

char *objects_room(struct objects *o, size_t *room)
{
	if (o->from) {
		memmove(o->bytes, o->bytes + o->from, o->len - o->from);
		o->len -= o->from;
		o->at -= o->from;
		o->from = 0;
	}
	if (o->size - o->len < ROOM) {
		char *more = realloc(o->bytes, o->size ? 2 * o->size : 2 * (size_t)ROOM);

		if (!more)
			return NULL;
		o->bytes = more;
		o->size = o->size ? 2 * o->size : 2 * (size_t)ROOM;
	}
	*room = o->size - o->len;
	return o->bytes + o->len;
}

void objects_took(struct objects *o, size_t len)
{
	o->len += len;
}

/* Depth and strings; true: the object ends with this byte. */
static bool ends_with(struct objects *o, char c)
{
	if (o->is_string) {
		o->is_string = o->is_escaped || c != '"';
		o->is_escaped = !o->is_escaped && c == '\\';
		return false;
	}
	o->is_string = c == '"';
	if (c == '{' || c == '[')
		o->depth++;
	return (c == '}' || c == ']') && --o->depth == 0;
}

static enum objects_next wrong(const char **text, const char *words)
{
	*text = words;
	return OBJECTS_WRONG;
}

/* Blanks in front of an object. */
static void skip(struct objects *o)
{
	while (o->at < o->len && strchr(" \t\r\n", o->bytes[o->at]) && o->bytes[o->at]) {
		o->next_line += o->bytes[o->at] == '\n';
		o->at++;
	}
	o->from = o->at;
	o->line = o->next_line + 1;
}

static bool may_go_on(const struct objects *o)
{
	const size_t len = sizeof(several) - 1;

	return o->len - o->from >= len && memcmp(o->bytes + o->from, several, len) == 0;
}

enum objects_next objects_next(struct objects *o, const char **text, size_t *len)
{
	if (!o->depth)
		skip(o);
	for (; o->at < o->len; o->at++) {
		const char c = o->bytes[o->at];

		if (o->at == o->from && c != '{')
			return wrong(text, "not a JSON object");
		if (c == '\n') {
			if (!may_go_on(o))
				return wrong(text, "the line ends within its object");
			o->next_line++;
		}
		if (!ends_with(o, c))
			continue;
		*text = o->bytes + o->from;
		*len = o->at + 1 - o->from;
		o->from = ++o->at;
		return OBJECTS_ONE;
	}
	if (o->len - o->from > (may_go_on(o) ? OBJECTS_MOST : OBJECTS_LINE_MOST))
		return wrong(text, "longer than an object may be");
	return OBJECTS_MORE;
}

bool objects_are_whole(struct objects *o)
{
	if (!o->depth)
		skip(o);
	return o->from == o->len;
}

void objects_done(struct objects *o)
{
	free(o->bytes);
	memset(o, 0, sizeof(*o));
}
