/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as an HTTP/1.1 request, and as the header list of an HTTP/2 one:
 * what is understood does not depend on how the bytes were cut, keeps what
 * request.h promises, and never leads out of the challenges' folder.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-web/http1_reader.h"
#include "tools/uturn-web/proxy_header.h"
#include "tools/uturn-web/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static void check_text(const char *text, size_t size)
{
	require(memchr(text, '\0', size) != NULL);
	for (; *text; text++)
		require(*text >= ' ' && *text <= '~');
}

static enum route check(const struct http_request *q)
{
	enum route route = route_find(q);

	check_text(q->path, sizeof(q->path));
	check_text(q->query, sizeof(q->query));
	check_text(q->accept, sizeof(q->accept));
	check_text(q->origin, sizeof(q->origin));
	check_text(q->last_event_id, sizeof(q->last_event_id));
	check_text(q->etag, sizeof(q->etag));
	if (q->is_too_large || q->is_malformed)
		require(route == ROUTE_TOO_LARGE || route == ROUTE_BAD_REQUEST);
	else
		require(q->path[0] == '/');
	if (route == ROUTE_ACME)
		require(!strpbrk(q->path + strlen(acme_prefix), "/."));
	return route;
}

/* The route, or -1 where the request is not whole. Which of two refusals, the cut may decide. */
static int read_cut(const uint8_t *data, size_t size, size_t piece, struct http_request *q)
{
	static struct http1_reader r;
	size_t used = 0;

	http_request_begin(q);
	http1_reader_begin(&r, q);
	while (used < size && !r.is_complete) {
		size_t now = size - used < piece ? size - used : piece;
		size_t taken = http1_reader_feed(&r, (const char *)data + used, now);

		require(taken <= now && (taken == now || r.is_complete));
		used += taken;
	}
	if (!r.is_complete)
		return -1;
	return check(q) == ROUTE_TOO_LARGE ? (int)ROUTE_BAD_REQUEST : (int)check(q);
}

/* name\0value\0name\0value... */
static void read_list(const uint8_t *data, size_t size)
{
	struct http_request q;
	const char *at = (const char *)data, *end = at + size;

	http_request_begin(&q);
	http_request_method(&q, "GET", 3);
	http_request_target(&q, at, strnlen(at, size));
	while (at < end) {
		size_t name = strnlen(at, (size_t)(end - at));
		const char *value = at + name < end ? at + name + 1 : end;
		size_t len = strnlen(value, (size_t)(end - value));

		http_request_header(&q, at, name, value, len);
		at = value + len < end ? value + len + 1 : end;
	}
	check(&q);
}

/* The header of a proxy: a whole one is among the bytes, and none that is shorter is whole or wrong. */
static void read_proxy_header(const char *bytes, size_t size)
{
	size_t used = 0, fewer;

	if (proxy_header_read(bytes, size, &used) != PROXY_HEADER_WHOLE)
		return;
	require(used >= PROXY_HEADER_LEAST && used <= size && used <= PROXY_HEADER_MOST);
	require(proxy_header_read(bytes, used, &fewer) == PROXY_HEADER_WHOLE && fewer == used);
	require(proxy_header_read(bytes, used - 1, &fewer) == PROXY_HEADER_MORE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_request whole, cut;
	int route = read_cut(data, size, size ? size : 1, &whole);

	require(read_cut(data, size, 1, &cut) == route);
	if (route >= 0 && !whole.is_malformed && !whole.is_too_large)
		require(strcmp(whole.path, cut.path) == 0 && strcmp(whole.accept, cut.accept) == 0);
	read_list(data, size);
	read_proxy_header((const char *)data, size);
	return 0;
}
