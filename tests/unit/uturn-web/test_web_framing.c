/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests/framing.h says of requests that are malformed, and some that are odd and right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/framing.h"
#include "tools/uturn-web/http1_reader.h"
#include "tools/uturn-web/route.h"

static const char behind[] = "GET /page.json HTTP/1.1\r\nHost: x\r\n\r\n";

static int status_of(enum route route)
{
	switch (route) {
	case ROUTE_BAD_REQUEST:
		return 400;
	case ROUTE_BAD_CODING:
		return 501;
	case ROUTE_TOO_LARGE:
		return 431;
	case ROUTE_BAD_METHOD:
		return 405;
	default:
		return 200;
	}
}

static void read_in_pieces(const char *bytes, size_t len, size_t piece, struct http1_reader *r, struct http_request *q)
{
	size_t used = 0;

	http_request_begin(q);
	http1_reader_begin(r, q);
	while (used < len && !r->is_complete) {
		size_t now = len - used < piece ? len - used : piece;
		char *copy = malloc(now);

		memcpy(copy, bytes + used, now);
		used += http1_reader_feed(r, copy, now);
		free(copy);
	}
}

static void refuses_what_can_be_misread(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(framings) / sizeof(framings[0]); i++) {
		const struct framing *f = &framings[i];
		size_t len = f->len + sizeof(behind) - 1;
		char *bytes = malloc(len);

		memcpy(bytes, f->bytes, f->len);
		memcpy(bytes + f->len, behind, sizeof(behind) - 1);
		for (size_t piece = 1; piece <= len; piece += piece < 70 ? 1 : len - piece ? len - piece : 1) {
			struct http1_reader r;
			struct http_request q;

			read_in_pieces(bytes, len, piece, &r, &q);
			if (!r.is_complete || r.is_kept_alive || status_of(route_find(&q)) != f->status)
				fail_msg("%s, in pieces of %zu: complete %d kept alive %d status %d, expected %d",
					f->name, piece, r.is_complete, r.is_kept_alive, status_of(route_find(&q)),
					f->status);
		}
		free(bytes);
	}
}

static const char *const right[] = {
	"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", /* RFC 9112 2.2 */
	"GET / HTTP/1.1\r\nHost:h\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: \t h \t \r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h.example:8080\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h:\r\n\r\n", /* RFC 3986 3.2.3: a port may be empty */
	"GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h\r\nX-Empty:\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h\r\nX-Text: \xc3\xa4\t\"b\"\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\n\r\n", /* without Connection it is not asked for */
	"GET http://h:80/ HTTP/1.1\r\nHost: other\r\n\r\n",
	"GET http://[::1] HTTP/1.1\r\nHost: h\r\n\r\n",
};

static void takes_what_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct http1_reader r;
		struct http_request q;

		read_in_pieces(right[i], strlen(right[i]), strlen(right[i]), &r, &q);
		if (!r.is_complete || !r.is_kept_alive || route_find(&q) != ROUTE_TEXT)
			fail_msg("%s: complete %d kept alive %d route %d", right[i], r.is_complete, r.is_kept_alive,
				route_find(&q));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_can_be_misread),
		cmocka_unit_test(takes_what_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
