/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http1_reader.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

static void add(char *to, size_t size, size_t *len, const char *from, size_t from_len)
{
	if (*len < size)
		memcpy(to + *len, from, from_len < size - *len ? from_len : size - *len);
	*len += from_len;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A header is complete when the next begins. One that was cut is longer than any field of the request, and marks it. */
static void header_end(struct http1_reader *r)
{
	if (r->name_len == 4 && strncasecmp(r->name, "host", 4) == 0)
		r->has_host = true;
	if (r->name_len)
		http_request_header(r->request, r->name, least(r->name_len, sizeof(r->name)), r->value,
			least(r->value_len, sizeof(r->value)));
	r->name_len = r->value_len = 0;
	r->is_value = false;
}

static int on_url(http_parser *p, const char *at, size_t len)
{
	struct http1_reader *r = p->data;

	add(r->target, sizeof(r->target), &r->target_len, at, len);
	return 0;
}

static int on_field(http_parser *p, const char *at, size_t len)
{
	struct http1_reader *r = p->data;

	if (r->is_value)
		header_end(r);
	add(r->name, sizeof(r->name), &r->name_len, at, len);
	return 0;
}

static int on_value(http_parser *p, const char *at, size_t len)
{
	struct http1_reader *r = p->data;

	r->is_value = true;
	add(r->value, sizeof(r->value), &r->value_len, at, len);
	return 0;
}

static int on_headers_complete(http_parser *p)
{
	struct http1_reader *r = p->data;
	const char *method = http_method_str((enum http_method)p->method);
	bool has_body = (p->flags & F_CHUNKED) || (p->content_length != 0 && p->content_length != ULLONG_MAX);

	header_end(r);
	http_request_method(r->request, method, strlen(method));
	http_request_target(r->request, r->target, least(r->target_len, sizeof(r->target)));
	if (r->target_len > sizeof(r->target))
		r->request->is_too_large = true;
	r->is_11 = p->http_major == 1 && p->http_minor >= 1;
	if (r->is_11 && !r->has_host)
		r->request->is_malformed = true; /* RFC 9112 3.2 */
	/* no resource here takes a body: it is not read, nor what follows it */
	r->is_kept_alive = !has_body && http_should_keep_alive(p);
	return 1;
}

static int on_message_complete(http_parser *p)
{
	struct http1_reader *r = p->data;

	r->is_complete = true;
	http_parser_pause(p, 1);
	return 0;
}

void http1_reader_begin(struct http1_reader *r, struct http_request *request)
{
	memset(r, 0, sizeof(*r));
	http_parser_init(&r->parser, HTTP_REQUEST);
	http_parser_set_max_header_size(HTTP_REQUEST_BYTES);
	r->parser.data = r;
	r->request = request;
}

size_t http1_reader_feed(struct http1_reader *r, const char *bytes, size_t len)
{
	static const http_parser_settings settings = {
		.on_url = on_url,
		.on_header_field = on_field,
		.on_header_value = on_value,
		.on_headers_complete = on_headers_complete,
		.on_message_complete = on_message_complete,
	};
	size_t used = http_parser_execute(&r->parser, &settings, bytes, len);

	if (r->is_complete || (HTTP_PARSER_ERRNO(&r->parser) == HPE_OK && used == len))
		return used;
	if (HTTP_PARSER_ERRNO(&r->parser) == HPE_HEADER_OVERFLOW)
		r->request->is_too_large = true;
	else
		r->request->is_malformed = true;
	r->is_complete = true;
	r->is_kept_alive = false;
	return len;
}
