/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON objects one after the other, out of bytes as they come: one a line, or
 * over several lines where it is a trace of uturn-trace.
 *
 * Begin with zeroes, and end with objects_done().
 */
#ifndef UTURN_HISTORY_OBJECTS_H
#define UTURN_HISTORY_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	OBJECTS_LINE_MOST = 1 << 20, /* bytes of one that stands on one line */
	OBJECTS_MOST = 64 << 20, /* of one of uturn-trace */
};

struct objects {
	char *bytes;
	size_t len, size;
	size_t from, at; /* where the next object begins, and as far as it was looked at */
	unsigned line; /* of the object that was told last, from 1 */
	unsigned next_line; /* at `at` */
	unsigned depth;
	bool is_string, is_escaped;
};

/* Room for more bytes, *room at least 4096; NULL: no memory. What was read into it is told by objects_took(). */
char *objects_room(struct objects *o, size_t *room);
void objects_took(struct objects *o, size_t len);

enum objects_next {
	OBJECTS_MORE /* bytes are needed */,
	OBJECTS_ONE,
	OBJECTS_WRONG /* *text is words about o->line */
};
/* *text and *len are lent until the next call. */
enum objects_next objects_next(struct objects *o, const char **text, size_t *len);
/* After the last byte: is nothing left over? Else o->line is where it begins. */
bool objects_are_whole(struct objects *o);
void objects_done(struct objects *o);

#endif
