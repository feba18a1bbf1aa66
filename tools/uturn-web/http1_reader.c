/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http1_reader.h"

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

static bool is_named(const struct http1_reader *r, const char *name)
{
	return r->name_len == strlen(name) && strncasecmp(r->name, name, r->name_len) == 0;
}

static bool is_number(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	return len > 0;
}

/* Only one coding is known here; others in front of it are 501, and a list that does not end with it has no length. */
static void check_coding(struct http1_reader *r, size_t len)
{
	static const char known[] = "chunked";
	size_t size = sizeof(known) - 1;

	if (len < size || strncasecmp(r->value + len - size, known, size) != 0) {
		r->request->is_malformed = true; /* RFC 9112 6.3 */
		return;
	}
	for (len -= size; len && (r->value[len - 1] == ' ' || r->value[len - 1] == '\t');)
		len--;
	if (len && r->value[len - 1] == ',')
		r->request->is_unsupported = true; /* RFC 9112 6.1 */
	else if (len)
		r->request->is_malformed = true;
}

/* The fields that say for whom the request is and where it ends, each of which may be there once (RFC 9112 3.2, 6). */
static void check_field(struct http1_reader *r)
{
	size_t len = least(r->value_len, sizeof(r->value));
	bool is_wrong = r->value_len > sizeof(r->value);

	while (len && (r->value[len - 1] == ' ' || r->value[len - 1] == '\t'))
		len--;
	if (is_named(r, "host")) {
		is_wrong |= r->hosts++ || !http_request_is_authority(r->value, len);
	} else if (is_named(r, "content-length")) {
		is_wrong |= r->lengths++ || !is_number(r->value, len);
	} else if (is_named(r, "transfer-encoding")) {
		is_wrong |= r->codings++ != 0;
		check_coding(r, len);
	} else {
		return;
	}
	if (is_wrong)
		r->request->is_malformed = true;
}

/* A header is complete when the next begins. One that was cut is longer than any field of the request, and marks it. */
static void header_end(struct http1_reader *r)
{
	size_t name_len = least(r->name_len, sizeof(r->name));

	if (r->name_len) {
		check_field(r);
		http_request_header(r->request, r->name, name_len, r->value, least(r->value_len, sizeof(r->value)));
	}
	r->name_len = r->value_len = 0;
	r->is_value = false;
}

static int on_url(llhttp_t *p, const char *at, size_t len)
{
	struct http1_reader *r = p->data;

	add(r->target, sizeof(r->target), &r->target_len, at, len);
	return 0;
}

/* RFC 9110 5.6.2 */
static bool is_token(const char *at, size_t len)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < len; i++) {
		bool is_letter = (at[i] >= 'a' && at[i] <= 'z') || (at[i] >= 'A' && at[i] <= 'Z');

		if (!is_letter && !(at[i] >= '0' && at[i] <= '9') && !memchr(others, at[i], sizeof(others) - 1))
			return false;
	}
	return true;
}

static int on_field(llhttp_t *p, const char *at, size_t len)
{
	struct http1_reader *r = p->data;

	if (r->is_value)
		header_end(r);
	if (!is_token(at, len))
		r->request->is_malformed = true;
	add(r->name, sizeof(r->name), &r->name_len, at, len);
	return 0;
}

static int on_value(llhttp_t *p, const char *at, size_t len)
{
	struct http1_reader *r = p->data;

	r->is_value = true;
	add(r->value, sizeof(r->value), &r->value_len, at, len);
	return 0;
}

static int on_headers_complete(llhttp_t *p)
{
	struct http1_reader *r = p->data;
	const char *method = llhttp_method_name((llhttp_method_t)p->method);
	bool has_body;

	header_end(r);
	has_body = r->codings || p->content_length != 0;
	http_request_method(r->request, method, strlen(method));
	http_request_target(r->request, r->target, least(r->target_len, sizeof(r->target)));
	if (r->target_len > sizeof(r->target))
		r->request->is_too_large = true;
	r->is_11 = p->http_major == 1 && p->http_minor == 1;
	if (!r->is_11 && !(p->http_major == 1 && p->http_minor == 0))
		r->request->is_malformed = true;
	if (r->is_11 && !r->hosts)
		r->request->is_malformed = true; /* RFC 9112 3.2 */
	if (r->codings && (r->lengths || !r->is_11))
		r->request->is_malformed = true; /* RFC 9112 6.1 */
	/* no resource here takes a body, and no protocol is changed to: what follows is not read */
	r->is_kept_alive = !has_body && !p->upgrade && llhttp_should_keep_alive(p);
	r->is_complete = true;
	return HPE_PAUSED;
}

void http1_reader_begin(struct http1_reader *r, struct http_request *request)
{
	static const llhttp_settings_t settings = {
		.on_url = on_url,
		.on_header_field = on_field,
		.on_header_value = on_value,
		.on_headers_complete = on_headers_complete,
	};

	memset(r, 0, sizeof(*r));
	llhttp_init(&r->parser, HTTP_REQUEST, &settings);
	r->parser.data = r;
	r->request = request;
}

static size_t refuse(struct http1_reader *r, size_t len)
{
	r->is_complete = true;
	r->is_kept_alive = false;
	return len;
}

size_t http1_reader_feed(struct http1_reader *r, const char *bytes, size_t len)
{
	size_t used;
	enum http1_lines_state state = http1_lines_feed(&r->lines, bytes, len, &used);
	llhttp_errno_t result = HPE_OK;

	r->is_begun |= len > 0;
	if (state == HTTP1_LINES_TOO_LARGE)
		r->request->is_too_large = true;
	else if (state == HTTP1_LINES_MALFORMED)
		r->request->is_malformed = true;
	else
		result = llhttp_execute(&r->parser, bytes, used);
	if (state == HTTP1_LINES_MORE && result == HPE_OK)
		return used;
	/* both must find the same end, or one of them has been misled */
	if (state == HTTP1_LINES_MORE || (state == HTTP1_LINES_END && !(r->is_complete && result == HPE_PAUSED)))
		r->request->is_malformed = true;
	if (r->request->is_malformed || r->request->is_too_large || r->request->is_unsupported)
		return refuse(r, len);
	return used;
}
