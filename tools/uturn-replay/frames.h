/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IP packets under construction, each inside the quote of the one before.
 * Lengths and checksums, which depend on all that follows, are set when a
 * frame is closed, innermost first, unless its fields give another value.
 */
#ifndef UTURN_REPLAY_FRAMES_H
#define UTURN_REPLAY_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "fields.h"
#include "packet/addr.h"
#include "packet/bytes.h"

enum { FRAMES = 4 };

struct frame {
	size_t start, transport_start; /* offsets in the packet */
	size_t extension_start; /* 0: none */
	size_t next_at; /* of IPv6: offset of the Next Header field to set */
	bool is_next_named;
	struct addr from, to;
	enum layer transport; /* UDP, TCP, ECHO, ERROR; NONE: bytes */
	struct fields ip, l4, extension;
	size_t quote_size; /* of an error with an extension or padding: size of the quote before that */
};

struct frames {
	struct writer *out;
	struct frame at[FRAMES];
	unsigned depth; /* frames open */
	bool is_closed; /* even the outermost */
};

static inline struct frame *frames_top(struct frames *f)
{
	return f->depth ? &f->at[f->depth - 1] : NULL;
}

/* Closes the innermost frame; one must be open. */
void frames_close_top(struct frames *f);
/* Closes all but the outermost `depth` frames. */
void frames_close_to(struct frames *f, unsigned depth);

#endif
