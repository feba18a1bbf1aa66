/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a request that are used, the same for HTTP/1.1 and HTTP/2.
 *
 * Plain memory of fixed size. What is too long is not cut but marks the
 * request, since half a header may mean something else than the whole.
 */
#ifndef UTURN_WEB_HTTP_REQUEST_H
#define UTURN_WEB_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum method { METHOD_OTHER, METHOD_GET, METHOD_HEAD };

enum { HTTP_REQUEST_BYTES = 8192 /* names and values of all headers, and the target */ };

struct http_request {
	enum method method;
	char path[256], query[256];
	char host[256]; /* host[:port] as the client has it; "": not given, or too long */
	char accept[512], origin[256], last_event_id[32], etag[64];
	size_t bytes;
	bool is_too_large, is_malformed;
	bool is_proxied; /* it has come through a proxy that says so */
	bool is_unsupported; /* a transfer coding that is not known here */
};

void http_request_begin(struct http_request *q);
void http_request_method(struct http_request *q, const char *method, size_t len);
/* "/path?query" or "http://host/path?query"; without escapes, of which no path of ours has any */
void http_request_target(struct http_request *q, const char *target, size_t len);
/* The name in any case, also :authority of HTTP/2; a header that is not used only counts in bytes. */
void http_request_header(struct http_request *q, const char *name, size_t name_len, const char *value, size_t len);
/* host[:port] as in Host and in an absolute form, and not empty (RFC 9110 4.2, RFC 3986 3.2.2)? */
bool http_request_is_authority(const char *text, size_t len);

#endif
