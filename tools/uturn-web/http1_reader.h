/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/1.1 requests out of a stream of bytes, one at a time, by llhttp in its
 * strict mode. No connection here.
 *
 * What a request is allowed to look like is stricter still: whatever another
 * reader of the same bytes, such as a proxy in front, might understand in
 * another way is malformed, and nothing behind it is read (RFC 9112 11.2).
 */
#ifndef UTURN_WEB_HTTP1_READER_H
#define UTURN_WEB_HTTP1_READER_H

#if __has_include(<llhttp/llhttp.h>) /* sources, as in Debian 12 */
#include <llhttp/llhttp.h>
#else
#include <llhttp.h>
#endif

#include "http1_lines.h"
#include "http_request.h"

struct http1_reader {
	llhttp_t parser;
	struct http1_lines lines;
	struct http_request *request;
	char target[1024], name[64], value[1024]; /* pieces, as they come; the lengths below are the real ones */
	size_t target_len, name_len, value_len;
	unsigned hosts, lengths, codings; /* fields that may be there once */
	bool is_begun; /* a byte of the request has come */
	bool is_complete, is_kept_alive, is_11;
	bool is_value; /* the last piece belonged to a value */
};

/* http_request_begin() has been called. */
void http1_reader_begin(struct http1_reader *r, struct http_request *request);
/* The bytes used, up to the end of one request. A request that cannot be read is complete, marked, and the last. */
size_t http1_reader_feed(struct http1_reader *r, const char *bytes, size_t len);

#endif
