/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "exchange.h"
#include "http1_reader.h"
#include "response.h"

enum { REST_MAX = 16 * 1024, PIECE = 4096 };

struct http1 {
	struct http1_reader reader;
	struct exchange exchange;
	uint64_t since_ns; /* when its request was read */
	bool is_active; /* a request is being answered */
	bool is_later; /* not the first, whose time has run since the connection was accepted */
	bool is_head_sent, is_chunked;
	struct buffer rest; /* received after it */
};

static void wake(struct exchange *x)
{
	visitor_wake(x->visitor);
}

static void next_request(struct visitor *v)
{
	struct http1 *h = v->session;

	exchange_begin(&h->exchange, v, wake);
	http1_reader_begin(&h->reader, &h->exchange.request);
	h->is_active = h->is_head_sent = h->is_chunked = false;
}

static bool http1_open(struct visitor *v)
{
	v->session = calloc(1, sizeof(struct http1));
	if (!v->session)
		return false;
	next_request(v);
	return true;
}

static void http1_close(struct visitor *v)
{
	struct http1 *h = v->session;

	if (h->is_active)
		exchange_done(&h->exchange);
	buffer_free(&h->rest);
	free(h);
	v->session = NULL;
}

static bool is_busy(const struct visitor *v)
{
	return ((const struct http1 *)v->session)->is_active;
}

static uint64_t since_ns(const struct visitor *v)
{
	return ((const struct http1 *)v->session)->since_ns;
}

static bool http1_receive(struct visitor *v, const char *bytes, size_t len)
{
	struct http1 *h = v->session;

	if (!h->is_active) {
		bool was_begun = h->reader.is_begun;
		size_t used = http1_reader_feed(&h->reader, bytes, len);

		if (h->is_later && !was_begun && h->reader.is_begun)
			visitor_request(v);
		bytes += used;
		len -= used;
		if (!h->reader.is_complete)
			return true;
		h->is_active = true;
		h->since_ns = clock_ns(CLOCK_MONOTONIC);
		visitor_busy(v);
		response_start(&h->exchange);
	}
	if (!buffer_put(&h->rest, bytes, len))
		return false;
	visitor_pause(v, h->rest.len > REST_MAX);
	return true;
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *words;
	} rows[] = {
		{ 200, "OK" },
		{ 301, "Moved Permanently" },
		{ 204, "No Content" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].words;
	return "";
}

static bool has_no_body(int status)
{
	return status == 204 || status == 304;
}

static void put_field(struct buffer *out, const struct field *f)
{
	buffer_text(out, f->name);
	buffer_text(out, ": ");
	buffer_text(out, f->value);
	buffer_text(out, "\r\n");
}

static void put_head(struct visitor *v)
{
	struct http1 *h = v->session;
	struct exchange *x = &h->exchange;

	buffer_print(&v->out, "HTTP/1.1 %d %s\r\n", x->head.status, reason(x->head.status));
	for (unsigned i = 0; i < x->head.field_count; i++)
		put_field(&v->out, &x->head.fields[i]);
	if (x->request.method == METHOD_HEAD || has_no_body(x->head.status))
		;
	else if (x->is_ended)
		buffer_print(&v->out, "content-length: %zu\r\n", x->fixed ? x->fixed_len : x->body.len);
	else if (h->reader.is_11)
		h->is_chunked = true;
	else
		h->reader.is_kept_alive = false; /* it ends with the connection */
	if (h->is_chunked)
		buffer_text(&v->out, "transfer-encoding: chunked\r\n");
	buffer_print(&v->out, "connection: %s\r\n\r\n", h->reader.is_kept_alive ? "keep-alive" : "close");
	h->is_head_sent = true;
}

/* One piece of the body; true: it was the last. */
static bool put_piece(struct visitor *v)
{
	struct http1 *h = v->session;
	char bytes[PIECE];
	bool is_end;
	size_t len = exchange_read(&h->exchange, bytes, sizeof(bytes), &is_end);

	v->taken += len;
	if (h->is_chunked && len)
		buffer_print(&v->out, "%zx\r\n", len);
	buffer_put(&v->out, bytes, len);
	if (h->is_chunked && len)
		buffer_text(&v->out, "\r\n");
	if (h->is_chunked && is_end)
		buffer_text(&v->out, "0\r\n\r\n");
	return is_end;
}

/* The response is over: the next request, which may have come already. */
static bool finish(struct visitor *v)
{
	struct http1 *h = v->session;
	struct buffer rest = h->rest;
	bool goes_on = h->reader.is_kept_alive && (!v->is_ended || rest.len);

	exchange_done(&h->exchange);
	next_request(v);
	if (!goes_on)
		return false;
	visitor_idle(v);
	h->is_later = true;
	h->rest = (struct buffer){ 0 };
	visitor_pause(v, false);
	if (rest.len)
		goes_on = http1_receive(v, buffer_bytes(&rest), rest.len);
	buffer_free(&rest);
	return goes_on && (h->is_active || !v->is_ended);
}

static bool http1_pull(struct visitor *v)
{
	struct http1 *h = v->session;

	while (h->is_active && exchange_is_ready(&h->exchange) && v->out.len < VISITOR_OUT) {
		if (!h->is_head_sent)
			put_head(v);
		if (put_piece(v) && !finish(v))
			return false;
	}
	/* the head of a trace's response is sent before there is a body */
	if (h->is_active && h->exchange.is_started && !h->is_head_sent)
		put_head(v);
	return true;
}

const struct protocol protocol_http1 = { http1_open, http1_receive, http1_pull, is_busy, since_ns, http1_close };
