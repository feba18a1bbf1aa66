/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http2.h"

#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "exchange.h"
#include "response.h"
#include "web_context.h"

enum {
	STREAMS = 16, /* at once */
	RESETS_BURST = 200, /* by the visitor; then RESETS_RATE a second; above that GOAWAY: CVE-2023-44487 */
	RESETS_RATE = 20,
	FRAMES_BURST = 400, /* control frames; above that GOAWAY. More of them: */
	FRAMES_RATE = 40, /* a second */
	FRAMES_DATA = 4, /* for each DATA frame of ours: window updates of connection and stream, a PING */
	ACKS = 100, /* of PING and SETTINGS, that wait to be sent */
	SETTINGS = 16, /* values in one frame */
	FRAME_HEADER = 9 /* bytes, RFC 9113 4.1 */
};

struct stream {
	struct exchange exchange;
	struct http2 *session;
	struct stream *next, *previous;
	int32_t id;
	uint64_t since_ns; /* when its headers began */
	bool is_answered, is_submitted, is_deferred;
	char status[4];
};

struct http2 {
	struct visitor *visitor;
	nghttp2_session *session;
	struct stream *streams; /* the latest first */
	unsigned frames; /* control frames that the visitor may still send */
	uint64_t frames_ns; /* up to when they have been credited */
	bool is_later; /* a request has been answered */
};

static void wake(struct exchange *x)
{
	visitor_wake(x->visitor);
}

static int stream_open(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
	struct http2 *h = owner;
	struct stream *s;

	if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	s->session = h;
	s->id = frame->hd.stream_id;
	s->since_ns = clock_ns(CLOCK_MONOTONIC);
	if (!h->streams && h->is_later)
		visitor_request(h->visitor);
	s->next = h->streams;
	if (s->next)
		s->next->previous = s;
	h->streams = s;
	exchange_begin(&s->exchange, h->visitor, wake);
	nghttp2_session_set_stream_user_data(session, s->id, s);
	return 0;
}

static void stream_done(struct stream *s)
{
	exchange_done(&s->exchange);
	free(s);
}

static void stream_free(struct stream *s)
{
	if (s->next)
		s->next->previous = s->previous;
	if (s->previous)
		s->previous->next = s->next;
	else
		s->session->streams = s->next;
	stream_done(s);
}

static int stream_closed(nghttp2_session *session, int32_t id, uint32_t error, void *owner)
{
	struct http2 *h = owner;
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);

	(void)error;
	if (s)
		stream_free(s);
	h->is_later = true;
	if (!h->streams)
		visitor_idle(h->visitor);
	return 0;
}

static int header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_len,
	const uint8_t *value, size_t len, uint8_t flags, void *owner)
{
	struct stream *s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	struct http_request *q = s ? &s->exchange.request : NULL;

	(void)flags, (void)owner;
	if (!s || s->is_answered)
		return 0;
	if (name_len == 7 && memcmp(name, ":method", 7) == 0)
		http_request_method(q, (const char *)value, len);
	else if (name_len == 5 && memcmp(name, ":path", 5) == 0)
		http_request_target(q, (const char *)value, len);
	else
		http_request_header(q, (const char *)name, name_len, (const char *)value, len);
	/* do not decompress the rest of such a list */
	return q->bytes > 2 * (size_t)HTTP_REQUEST_BYTES ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : 0;
}

static int frame_received(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
	struct http2 *h = owner;
	struct stream *s;

	if (frame->hd.type == NGHTTP2_RST_STREAM)
		h->visitor->context->metrics.value[METRIC_STREAMS_RESET]++;
	if (frame->hd.type != NGHTTP2_HEADERS)
		return 0;
	s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (!s || s->is_answered)
		return 0;
	s->is_answered = true;
	if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) {
		/* no resource here takes a body */
		h->visitor->context->metrics.value[METRIC_REQUESTS_BAD]++;
		nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_REFUSED_STREAM);
		return 0;
	}
	if (h->streams == s && !s->next)
		visitor_busy(h->visitor); /* or the time of those before it runs on */
	response_start(&s->exchange);
	return 0;
}

static void credit(struct http2 *h, uint64_t frames)
{
	h->frames = frames < FRAMES_BURST - h->frames ? h->frames + (unsigned)frames : FRAMES_BURST;
}

/*
 * Frames that cost a visitor little, and us an answer or a look: PING, SETTINGS,
 * PRIORITY, WINDOW_UPDATE (RFC 9113 10.5). nghttp2 bounds those of streams.
 */
static int frame_begun(nghttp2_session *session, const nghttp2_frame_hd *hd, void *owner)
{
	static const uint64_t interval_ns = 1000000000 / FRAMES_RATE;
	struct http2 *h = owner;
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC), credited = (now_ns - h->frames_ns) / interval_ns;

	if (hd->type == NGHTTP2_HEADERS || hd->type == NGHTTP2_CONTINUATION || hd->type == NGHTTP2_RST_STREAM)
		return 0;
	credit(h, credited);
	h->frames_ns += credited * interval_ns;
	if (h->frames)
		h->frames--;
	else /* answers no frame from now on */
		nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
	return 0;
}

static int frame_sent(nghttp2_session *session, const nghttp2_frame *frame, void *owner)
{
	(void)session;
	if (frame->hd.type == NGHTTP2_DATA)
		credit(owner, FRAMES_DATA);
	return 0;
}

/*
 * The body goes from the exchange to v->out when its frame leaves, and not by the frame buffer of nghttp2, of which
 * an idle connection would keep all 16 kB in memory.
 */
static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *bytes, size_t size, uint32_t *flags,
	nghttp2_data_source *source, void *owner)
{
	struct stream *s = source->ptr;
	bool is_end;
	size_t len = exchange_waits(&s->exchange, size, &is_end);

	(void)session, (void)id, (void)bytes, (void)owner;
	*flags |= NGHTTP2_DATA_FLAG_NO_COPY;
	if (is_end)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	if (len || is_end)
		return (ssize_t)len;
	s->is_deferred = true;
	return NGHTTP2_ERR_DEFERRED;
}

static int send_body(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *header, size_t len,
	nghttp2_data_source *source, void *owner)
{
	struct stream *s = source->ptr;
	struct visitor *v = s->session->visitor;
	char bytes[4096];
	bool is_end;

	(void)session, (void)frame, (void)owner;
	if (v->out.len >= VISITOR_OUT)
		return NGHTTP2_ERR_WOULDBLOCK;
	if (!buffer_put(&v->out, header, FRAME_HEADER))
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	v->taken += len;
	while (len) {
		size_t got = exchange_read(&s->exchange, bytes, len < sizeof(bytes) ? len : sizeof(bytes), &is_end);

		if (got == 0 || !buffer_put(&v->out, bytes, got))
			return NGHTTP2_ERR_CALLBACK_FAILURE;
		len -= got;
	}
	return 0;
}

static nghttp2_nv pair(const char *name, const char *value)
{
	return (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), NGHTTP2_NV_FLAG_NONE };
}

static void submit(struct http2 *h, struct stream *s)
{
	nghttp2_data_provider body = { .source.ptr = s, .read_callback = read_body };
	const struct head *head = &s->exchange.head;
	nghttp2_nv fields[HEAD_FIELDS + 1];
	bool has_body = s->exchange.request.method != METHOD_HEAD && head->status != 204 && head->status != 304;

	s->is_submitted = true;
	snprintf(s->status, sizeof(s->status), "%d", head->status);
	fields[0] = pair(":status", s->status);
	for (unsigned i = 0; i < head->field_count; i++)
		fields[i + 1] = pair(head->fields[i].name, head->fields[i].value);
	if (nghttp2_submit_response(h->session, s->id, fields, head->field_count + 1, has_body ? &body : NULL) != 0)
		nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_INTERNAL_ERROR);
}

static void submit_ready(struct http2 *h)
{
	for (struct stream *s = h->streams; s; s = s->next) {
		if (s->exchange.is_started && !s->is_submitted)
			submit(h, s);
		if (s->is_deferred && exchange_is_ready(&s->exchange)) {
			s->is_deferred = false;
			nghttp2_session_resume_data(h->session, s->id);
		}
	}
}

static bool http2_pull(struct visitor *v)
{
	struct http2 *h = v->session;

	submit_ready(h);
	while (v->out.len < VISITOR_OUT) {
		const uint8_t *bytes;
		ssize_t len = nghttp2_session_mem_send(h->session, &bytes);

		if (len < 0 || (len > 0 && !buffer_put(&v->out, bytes, (size_t)len)))
			return false;
		if (len == 0)
			break;
	}
	if (v->is_ended && !h->streams)
		return false;
	return nghttp2_session_want_read(h->session) || nghttp2_session_want_write(h->session);
}

static bool http2_receive(struct visitor *v, const char *bytes, size_t len)
{
	struct http2 *h = v->session;

	/* a connection error is answered with GOAWAY, and nghttp2 then wants to read no more */
	return nghttp2_session_mem_recv(h->session, (const uint8_t *)bytes, len) == (ssize_t)len;
}

static bool is_busy(const struct visitor *v)
{
	return ((const struct http2 *)v->session)->streams != NULL;
}

static uint64_t since_ns(const struct visitor *v)
{
	const struct http2 *h = v->session;
	uint64_t oldest = UINT64_MAX;

	for (const struct stream *s = h->streams; s; s = s->next)
		oldest = s->since_ns < oldest ? s->since_ns : oldest;
	return oldest;
}

static void http2_close(struct visitor *v)
{
	struct http2 *h = v->session;

	nghttp2_session_del(h->session); /* calls no callback */
	for (struct stream *s = h->streams, *next; s; s = next) {
		next = s->next;
		stream_done(s);
	}
	free(h);
	v->session = NULL;
}

static int session_open(struct http2 *h)
{
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP_REQUEST_BYTES },
	};
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;
	int err = NGHTTP2_ERR_NOMEM;

	if (nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0) {
		nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, stream_open);
		nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
		nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
		nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, frame_begun);
		nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_sent);
		nghttp2_session_callbacks_set_send_data_callback(callbacks, send_body);
		nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
		nghttp2_option_set_stream_reset_rate_limit(option, RESETS_BURST, RESETS_RATE);
		nghttp2_option_set_max_outbound_ack(option, ACKS);
		nghttp2_option_set_max_settings(option, SETTINGS);
		nghttp2_option_set_no_closed_streams(option, 1);
		err = nghttp2_session_server_new2(&h->session, callbacks, h, option);
	}
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_option_del(option);
	if (err)
		return err;
	return nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings, sizeof(settings) / sizeof(settings[0]));
}

static bool http2_open(struct visitor *v)
{
	struct http2 *h = calloc(1, sizeof(*h));

	if (!h)
		return false;
	h->visitor = v;
	h->frames = FRAMES_BURST;
	h->frames_ns = clock_ns(CLOCK_MONOTONIC);
	if (session_open(h) == 0) {
		v->session = h;
		return true;
	}
	nghttp2_session_del(h->session);
	free(h);
	return false;
}

const struct protocol protocol_http2 = { http2_open, http2_receive, http2_pull, is_busy, since_ns, http2_close };
