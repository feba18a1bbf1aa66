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

/* A request, from its first byte, and its response. */
struct turn {
	struct http1_reader reader;
	struct exchange exchange;
	uint64_t since_ns; /* when its request was read */
	bool is_active; /* a request is being answered */
	bool is_head_sent, is_chunked;
};

struct http1 {
	struct turn *turn; /* NULL: between two requests, so that an idle connection holds little memory */
	bool is_later; /* not the first, whose time has run since the connection was accepted */
	struct buffer rest; /* received after it */
};

static void wake(struct exchange *x)
{
	visitor_wake(x->visitor);
}

static struct turn *turn_begin(struct visitor *v)
{
	struct turn *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	exchange_begin(&t->exchange, v, wake);
	http1_reader_begin(&t->reader, &t->exchange.request);
	return t;
}

static bool http1_open(struct visitor *v)
{
	v->session = calloc(1, sizeof(struct http1));
	return v->session != NULL;
}

static bool is_active(const struct http1 *h)
{
	return h->turn && h->turn->is_active;
}

static void turn_end(struct http1 *h)
{
	if (is_active(h))
		exchange_done(&h->turn->exchange);
	free(h->turn);
	h->turn = NULL;
}

static void http1_close(struct visitor *v)
{
	struct http1 *h = v->session;

	turn_end(h);
	buffer_free(&h->rest);
	free(h);
	v->session = NULL;
}

static bool is_busy(const struct visitor *v)
{
	return is_active(v->session);
}

static uint64_t since_ns(const struct visitor *v)
{
	const struct http1 *h = v->session;

	return h->turn->since_ns;
}

/* Reads up to the end of a request, and begins the response; false: out of memory. */
static bool read_request(struct visitor *v, const char *bytes, size_t len, size_t *used)
{
	struct http1 *h = v->session;
	struct turn *t = h->turn ? h->turn : turn_begin(v);
	bool was_begun;

	h->turn = t;
	if (!t)
		return false;
	was_begun = t->reader.is_begun;
	*used = http1_reader_feed(&t->reader, bytes, len);
	if (h->is_later && !was_begun && t->reader.is_begun)
		visitor_request(v);
	if (!t->reader.is_complete)
		return true;
	t->is_active = true;
	t->since_ns = clock_ns(CLOCK_MONOTONIC);
	visitor_busy(v);
	response_start(&t->exchange);
	return true;
}

static bool http1_receive(struct visitor *v, const char *bytes, size_t len)
{
	struct http1 *h = v->session;

	if (!is_active(h)) {
		size_t used;

		if (!read_request(v, bytes, len, &used))
			return false;
		bytes += used;
		len -= used;
		if (!h->turn->is_active)
			return true;
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
	struct turn *t = ((struct http1 *)v->session)->turn;
	struct exchange *x = &t->exchange;

	buffer_print(&v->out, "HTTP/1.1 %d %s\r\n", x->head.status, reason(x->head.status));
	for (unsigned i = 0; i < x->head.field_count; i++)
		put_field(&v->out, &x->head.fields[i]);
	if (x->request.method == METHOD_HEAD || has_no_body(x->head.status))
		;
	else if (x->is_ended)
		buffer_print(&v->out, "content-length: %zu\r\n", x->fixed ? x->fixed_len : x->body.len);
	else if (t->reader.is_11)
		t->is_chunked = true;
	else
		t->reader.is_kept_alive = false; /* it ends with the connection */
	if (t->is_chunked)
		buffer_text(&v->out, "transfer-encoding: chunked\r\n");
	buffer_print(&v->out, "connection: %s\r\n\r\n", t->reader.is_kept_alive ? "keep-alive" : "close");
	t->is_head_sent = true;
}

/* One piece of the body; true: it was the last. */
static bool put_piece(struct visitor *v)
{
	struct turn *t = ((struct http1 *)v->session)->turn;
	char bytes[PIECE];
	bool is_end;
	size_t len = exchange_read(&t->exchange, bytes, sizeof(bytes), &is_end);

	v->taken += len;
	if (t->is_chunked && len)
		buffer_print(&v->out, "%zx\r\n", len);
	buffer_put(&v->out, bytes, len);
	if (t->is_chunked && len)
		buffer_text(&v->out, "\r\n");
	if (t->is_chunked && is_end)
		buffer_text(&v->out, "0\r\n\r\n");
	return is_end;
}

/* The response is over: the next request, which may have come already. */
static bool finish(struct visitor *v)
{
	struct http1 *h = v->session;
	struct buffer rest = h->rest;
	bool goes_on = h->turn->reader.is_kept_alive && (!v->is_ended || rest.len);

	turn_end(h);
	if (!goes_on)
		return false;
	visitor_idle(v);
	h->is_later = true;
	h->rest = (struct buffer){ 0 };
	visitor_pause(v, false);
	if (rest.len)
		goes_on = http1_receive(v, buffer_bytes(&rest), rest.len);
	buffer_free(&rest);
	return goes_on && (is_active(h) || !v->is_ended);
}

static bool http1_pull(struct visitor *v)
{
	struct http1 *h = v->session;

	while (is_active(h) && exchange_is_ready(&h->turn->exchange) && v->out.len < VISITOR_OUT) {
		if (!h->turn->is_head_sent)
			put_head(v);
		if (put_piece(v) && !finish(v))
			return false;
	}
	/* the head of a trace's response is sent before there is a body */
	if (is_active(h) && h->turn->exchange.is_started && !h->turn->is_head_sent)
		put_head(v);
	return true;
}

const struct protocol protocol_http1 = { http1_open, http1_receive, http1_pull, is_busy, since_ns, http1_close };
