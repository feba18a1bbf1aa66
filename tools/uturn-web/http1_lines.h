/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of one HTTP/1.1 request, by the letter of RFC 9112, before anything
 * parses them: where the head ends, and whether two readers could disagree on
 * that. A bare CR or LF, a NUL or another control character, a line that
 * continues the one before (obs-fold) and a head that is too long end it.
 */
#ifndef UTURN_WEB_HTTP1_LINES_H
#define UTURN_WEB_HTTP1_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum http1_lines_state { HTTP1_LINES_MORE, HTTP1_LINES_END, HTTP1_LINES_MALFORMED, HTTP1_LINES_TOO_LARGE };

/* Zeroed for each request. */
struct http1_lines {
	size_t bytes; /* of the head, line ends and all */
	char version[9]; /* the last bytes of the first line */
	bool has_line, is_in_line, is_after_cr, is_after_space;
};

/* *used: the bytes that belong to the head; all of them unless the state is HTTP1_LINES_END. */
enum http1_lines_state http1_lines_feed(struct http1_lines *l, const char *bytes, size_t len, size_t *used);

#endif
