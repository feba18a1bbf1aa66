/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http1_lines.h"

#include <string.h>

#include "http_request.h"

enum { VERSION = sizeof(((struct http1_lines *)0)->version) };

/* The end of the first line (RFC 9112 2.3); llhttp takes RTSP and ICE for versions, too. */
static bool has_version(const struct http1_lines *l)
{
	return memcmp(l->version, " HTTP/1.1", VERSION) == 0 || memcmp(l->version, " HTTP/1.0", VERSION) == 0;
}

/* RFC 9112 2.2: a line ends with CRLF; an empty one in front of the request is skipped, another one ends the head. */
static enum http1_lines_state end_line(struct http1_lines *l)
{
	bool is_end = l->has_line && !l->is_in_line;

	if (!l->has_line && l->is_in_line && !has_version(l))
		return HTTP1_LINES_MALFORMED;
	l->has_line |= l->is_in_line;
	l->is_in_line = l->is_after_cr = false;
	return is_end ? HTTP1_LINES_END : HTTP1_LINES_MORE;
}

/* RFC 9112 3: the first line has a single space between its words, and no other white space. */
static bool is_stray_space(struct http1_lines *l, unsigned char c)
{
	bool is_stray = !l->has_line && (c == '\t' || (l->is_after_space && (c == ' ' || c == '\r')));

	l->is_after_space = c == ' ';
	return is_stray;
}

static enum http1_lines_state add(struct http1_lines *l, unsigned char c)
{
	if (++l->bytes > HTTP_REQUEST_BYTES)
		return HTTP1_LINES_TOO_LARGE;
	if (l->is_after_cr)
		return c == '\n' ? end_line(l) : HTTP1_LINES_MALFORMED;
	if (is_stray_space(l, c))
		return HTTP1_LINES_MALFORMED;
	if (c == '\r') {
		l->is_after_cr = true;
		return HTTP1_LINES_MORE;
	}
	if ((c < ' ' && c != '\t') || c == 0x7f) /* RFC 9110 5.5 */
		return HTTP1_LINES_MALFORMED;
	/* a line that continues the one before, or a field without a name (RFC 9112 2.2, 5) */
	if (!l->is_in_line && (c == ' ' || c == '\t' || c == ':'))
		return HTTP1_LINES_MALFORMED;
	l->is_in_line = true;
	if (!l->has_line) {
		memmove(l->version, l->version + 1, VERSION - 1);
		l->version[VERSION - 1] = (char)c;
	}
	return HTTP1_LINES_MORE;
}

enum http1_lines_state http1_lines_feed(struct http1_lines *l, const char *bytes, size_t len, size_t *used)
{
	enum http1_lines_state state = HTTP1_LINES_MORE;
	size_t i = 0;

	while (i < len && state == HTTP1_LINES_MORE)
		state = add(l, (unsigned char)bytes[i++]);
	*used = state == HTTP1_LINES_END ? i : len;
	return state;
}
