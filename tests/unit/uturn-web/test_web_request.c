/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the bytes of a request to the answer it asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-web/http1_reader.h"
#include "tools/uturn-web/route.h"

static const struct {
	const char *accept;
	bool wants_html;
} accepts[] = {
	{ "", false },
	{ "*/*", false }, /* curl */
	{ "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true },
	{ "text/html", true },
	{ "TEXT/HTML ; charset=utf-8", true },
	{ "text/html;q=0", false },
	{ "text/html;q=0.0, text/plain", false },
	{ "text/plain, text/html;q=0.5", false },
	{ "text/plain;q=0.5, text/html;q=0.5", true },
	{ "text/plain;q=0.500, text/html;level=1;q=0.501", true },
	{ "text/htmlx", false },
	{ "application/xhtml+xml;q=1.0", true },
	{ ",,;,text/html", true },
	{ ";q=1", false },
	{ "text/html;q=", true }, /* no quality is 1 */
	{ "text/html;q=x", false },
	{ "application/json", false },
};

static void knows_who_wants_html(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
		if (route_wants_html(accepts[i].accept) != accepts[i].wants_html)
			fail_msg("%s", accepts[i].accept);
}

#define H "Host: h\r\n\r\n"
#define LONG_WORD \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define TOO_LONG LONG_WORD LONG_WORD LONG_WORD
static const struct {
	const char *bytes;
	enum route route;
	bool is_kept_alive;
} requests[] = {
	{ "GET / HTTP/1.1\r\n" H, ROUTE_TEXT, true },
	{ "GET / HTTP/1.1\r\nAccept: text/html\r\n" H, ROUTE_FILE, true },
	{ "GET / HTTP/1.1\r\nACCEPT:text/html\r\n" H, ROUTE_FILE, true },
	{ "GET /?format=text HTTP/1.1\r\nAccept: text/html\r\n" H, ROUTE_TEXT, true },
	{ "GET /?x=y&format=text&z HTTP/1.1\r\nAccept: text/html\r\n" H, ROUTE_TEXT, true },
	{ "GET /?format=html HTTP/1.1\r\n" H, ROUTE_BAD_FORMAT, true },
	{ "HEAD / HTTP/1.1\r\nAccept: text/html\r\n" H, ROUTE_FILE, true },
	{ "GET / HTTP/1.0\r\n\r\n", ROUTE_TEXT, false },
	{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", ROUTE_TEXT, true },
	{ "GET / HTTP/1.1\r\nConnection: close\r\n" H, ROUTE_TEXT, false },
	{ "GET / HTTP/1.1\r\n\r\n", ROUTE_BAD_REQUEST, false },
	{ "GET http://h/json HTTP/1.1\r\n" H, ROUTE_JSON, true },
	{ "GET HTTPS://h HTTP/1.1\r\n" H, ROUTE_TEXT, true },
	{ "GET ftp://h/json HTTP/1.1\r\n" H, ROUTE_BAD_REQUEST, false },
	{ "GET /sse HTTP/1.1\r\n" H, ROUTE_SSE, true },
	{ "GET /sse?format=inband-traceroute HTTP/1.1\r\n" H, ROUTE_INBAND, true },
	{ "GET /sse?format=inband HTTP/1.1\r\n" H, ROUTE_BAD_FORMAT, true },
	{ "GET /sse?peer=192.0.2.1 HTTP/1.1\r\n" H, ROUTE_SSE, true }, /* nobody chooses an address */
	{ "GET /sse HTTP/1.1\r\nLast-Event-ID: done\r\n" H, ROUTE_STOP, true },
	{ "GET /sse HTTP/1.1\r\nLast-Event-ID: 7\r\n" H, ROUTE_SSE, true },
	{ "GET /json HTTP/1.1\r\n" H, ROUTE_JSON, true },
	{ "GET /json/ HTTP/1.1\r\n" H, ROUTE_NOT_FOUND, true },
	{ "GET /metrics HTTP/1.1\r\n" H, ROUTE_METRICS, true },
	{ "GET /healthz HTTP/1.1\r\n" H, ROUTE_HEALTH, true },
	{ "GET /page.json HTTP/1.1\r\n" H, ROUTE_SETTINGS, true },
	{ "GET /page.css HTTP/1.1\r\n" H, ROUTE_FILE, true },
	{ "GET /etc/passwd HTTP/1.1\r\n" H, ROUTE_NOT_FOUND, true },
	{ "GET /.well-known/acme-challenge/aZ0-_ HTTP/1.1\r\n" H, ROUTE_ACME, true },
	{ "GET /.well-known/acme-challenge/ HTTP/1.1\r\n" H, ROUTE_NOT_FOUND, true },
	{ "GET /.well-known/acme-challenge/../../key HTTP/1.1\r\n" H, ROUTE_NOT_FOUND, true },
	{ "GET /.well-known/acme-challenge/%2e%2e%2fkey HTTP/1.1\r\n" H, ROUTE_NOT_FOUND, true },
	{ "GET /.well-known/acme-challenge/.. HTTP/1.1\r\n" H, ROUTE_NOT_FOUND, true },
	{ "POST / HTTP/1.1\r\nContent-Length: 3\r\n" H, ROUTE_BAD_METHOD, false },
	{ "GET / HTTP/1.1\r\nContent-Length: 3\r\n" H, ROUTE_TEXT, false },
	{ "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" H, ROUTE_TEXT, false },
	{ "OPTIONS * HTTP/1.1\r\n" H, ROUTE_BAD_REQUEST, false },
	{ "DELETE / HTTP/1.1\r\n" H, ROUTE_BAD_METHOD, true },
	{ "GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade\r\n" H, ROUTE_TEXT, false },
	{ "\x16\x03\x01\x02", ROUTE_BAD_REQUEST, false }, /* TLS where there is none */
	{ "hello\r\n\r\n", ROUTE_BAD_REQUEST, false },
	{ "GET /" TOO_LONG " HTTP/1.1\r\n" H, ROUTE_TOO_LARGE, false },
	{ "GET /" TOO_LONG TOO_LONG TOO_LONG TOO_LONG " HTTP/1.1\r\n" H, ROUTE_TOO_LARGE, false },
	{ "GET / HTTP/1.1\r\nOrigin: http://" TOO_LONG "\r\n" H, ROUTE_TOO_LARGE, false },
	{ "GET / HTTP/1.1\r\nUser-Agent: " TOO_LONG "\r\n" H, ROUTE_TEXT, true },
	{ "GET / HTTP/1.1\r\nOrigin: http://\xc3\xa4\r\n" H, ROUTE_BAD_REQUEST, false },
	{ "GET / HTTP/1.1\r\n" TOO_LONG ": x\r\n" H, ROUTE_TEXT, true },
};

/* Cut to their exact length, whole and byte by byte: no piece may change what is understood. */
static void reads_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		size_t len = strlen(requests[i].bytes);

		for (size_t piece = 1; piece <= len; piece += piece == 1 ? len - 1 : 1) {
			struct http1_reader *r = malloc(sizeof(*r));
			struct http_request q;
			size_t used = 0;

			http_request_begin(&q);
			http1_reader_begin(r, &q);
			while (used < len && !r->is_complete) {
				size_t now = len - used < piece ? len - used : piece;
				char *copy = malloc(now + 1);

				memcpy(copy + 1, requests[i].bytes + used, now);
				used += http1_reader_feed(r, copy + 1, now);
				free(copy);
			}
			if (!r->is_complete || route_find(&q) != requests[i].route ||
				r->is_kept_alive != requests[i].is_kept_alive)
				fail_msg("%s: complete %d route %d kept alive %d", requests[i].bytes, r->is_complete,
					route_find(&q), r->is_kept_alive);
			free(r);
			if (len == 1)
				break;
		}
	}
}

static void stops_behind_the_first_request(void **state)
{
	static const char two[] = "GET /json HTTP/1.1\r\n" H "GET /sse HTTP/1.1\r\n" H;
	struct http1_reader r;
	struct http_request q;

	(void)state;
	http_request_begin(&q);
	http1_reader_begin(&r, &q);
	assert_int_equal(http1_reader_feed(&r, two, sizeof(two) - 1), sizeof("GET /json HTTP/1.1\r\n" H) - 1);
	assert_true(r.is_complete);
	assert_string_equal(q.path, "/json");
}

static void refuses_endless_headers(void **state)
{
	static const char line[] = "X-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n";
	struct http1_reader r;
	struct http_request q;
	size_t sent = 0;

	(void)state;
	http_request_begin(&q);
	http1_reader_begin(&r, &q);
	http1_reader_feed(&r, "GET / HTTP/1.1\r\n", 16);
	while (!r.is_complete && sent < 4 * (size_t)HTTP_REQUEST_BYTES)
		sent += http1_reader_feed(&r, line, sizeof(line) - 1);
	assert_true(r.is_complete && !r.is_kept_alive);
	assert_int_equal(route_find(&q), ROUTE_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_who_wants_html),
		cmocka_unit_test(reads_requests),
		cmocka_unit_test(stops_behind_the_first_request),
		cmocka_unit_test(refuses_endless_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
