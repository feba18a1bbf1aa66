/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve_http.h"

#include <limits.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS = 64, IDLE_S = 30, CONNECTION_BYTES = 16 * 1024 };

struct serve_http {
	struct MHD_Daemon *daemon;
	serve_answer *answer;
	void *owner;
	int epoll;
};

/* Scripts, style and data are this server's files alone, and no other page shows it in a frame. */
static const struct {
	const char *name, *value;
} fields[] = {
	{ "Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
		"form-action 'self'; frame-ancestors 'none'" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Content-Type-Options", "nosniff" },
};

const char *serve_argument(const struct serve_request *q, const char *name)
{
	return MHD_lookup_connection_value(q->connection, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result send_reply(struct MHD_Connection *c, const struct serve_reply *r)
{
	/* it does not write there */
	struct MHD_Response *response = MHD_create_response_from_buffer(r->len, (void *)(uintptr_t)r->bytes,
		r->is_owned ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_NO;

	if (!response) {
		if (r->is_owned)
			free((void *)(uintptr_t)r->bytes);
		return MHD_NO;
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		MHD_add_response_header(response, fields[i].name, fields[i].value);
	if (r->type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
	if (r->etag)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, r->etag);
	if (r->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, r->etag ? "no-cache" : "no-store");
	result = MHD_queue_response(c, r->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result on_request(void *owner, struct MHD_Connection *c, const char *path, const char *method,
	const char *version, const char *body, size_t *body_len, void **state)
{
	struct serve_http *h = owner;
	struct serve_request q = { .path = path, .connection = c };
	struct serve_reply r = { .status = 0 };
	const bool is_read = strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;

	(void)version, (void)body, (void)body_len;
	/* called when the head is there, and again when a body has been read; an answer to the first call ends the connection */
	if (!*state && is_read) {
		*state = h;
		return MHD_YES;
	}
	q.host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
	q.etag = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
	if (!is_read)
		r = (struct serve_reply){ .status = MHD_HTTP_METHOD_NOT_ALLOWED,
			.type = "text/plain",
			.bytes = "GET or HEAD\n",
			.len = 12 };
	else
		h->answer(h->owner, &q, &r);
	return send_reply(c, &r);
}

struct serve_http *serve_http_open(int listening, serve_answer *answer, void *owner)
{
	struct serve_http *h = calloc(1, sizeof(*h));
	const union MHD_DaemonInfo *info;

	if (!h)
		return NULL;
	h->answer = answer;
	h->owner = owner;
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, listening,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_END);
	info = h->daemon ? MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info) {
		serve_http_close(h);
		return NULL;
	}
	h->epoll = info->epoll_fd;
	return h;
}

void serve_http_close(struct serve_http *h)
{
	if (h && h->daemon)
		MHD_stop_daemon(h->daemon);
	free(h);
}

int serve_http_fd(const struct serve_http *h)
{
	return h->epoll;
}

int serve_http_wait_ms(const struct serve_http *h)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(h->daemon, &ms) != MHD_YES)
		return -1;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

void serve_http_run(struct serve_http *h)
{
	MHD_run(h->daemon);
}
