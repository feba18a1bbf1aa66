/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers of the PROXY protocol, whole, cut anywhere, and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-web/proxy_header.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define ENDS4 "\xc0\x00\x02\x01\xcb\x00\x71\x50\x10\x00\x00\x50"
#define ENDS6 \
	"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02" \
	"\x10\x00\x00\x50"
#define ROW(expected, bytes) \
	{ \
		bytes, sizeof(bytes) - 1, expected \
	}

static const struct {
	const char *bytes;
	size_t len;
	enum proxy_header expected;
} rows[] = {
	ROW(PROXY_HEADER_WHOLE, "PROXY TCP4 192.0.2.1 203.0.113.80 4096 80\r\n"),
	ROW(PROXY_HEADER_WHOLE, "PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n"),
	ROW(PROXY_HEADER_WHOLE, "PROXY UNKNOWN\r\n"),
	ROW(PROXY_HEADER_WHOLE, "PROXY UNKNOWN whatever this says\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY UNKNOWNS\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 4096 80\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 4096\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 4096 80 1\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 4096 80 \r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4  192.0.2.1 203.0.113.80 4096 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 65536 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 04096 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 -1 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 2001:db8::1 2001:db8::2 4096 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 2001:db8::2 4096 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY UDP4 192.0.2.1 203.0.113.80 4096 80\r\n"),
	ROW(PROXY_HEADER_WRONG, "PROXY TCP4 192.0.2.1 203.0.113.80 4096 8\0\r\n"),
	ROW(PROXY_HEADER_WHOLE, SIGNATURE "\x21\x11\0\x0c" ENDS4),
	ROW(PROXY_HEADER_WHOLE, SIGNATURE "\x21\x21\0\x24" ENDS6),
	ROW(PROXY_HEADER_WHOLE, SIGNATURE "\x20\0\0\0"),
	ROW(PROXY_HEADER_WHOLE, SIGNATURE "\x21\0\0\x03xyz"), /* of no family: to be ignored */
	ROW(PROXY_HEADER_WHOLE, SIGNATURE "\x21\x11\0\x11" ENDS4 "\x01\0\x02h2"),
	ROW(PROXY_HEADER_WRONG, SIGNATURE "\x21\x11\0\x10" ENDS4 "\x01\0\x02h"),
	ROW(PROXY_HEADER_WRONG, SIGNATURE "\x21\x11\0\x0b" ENDS4),
	ROW(PROXY_HEADER_WRONG, SIGNATURE "\x22\x11\0\x0c" ENDS4),
	ROW(PROXY_HEADER_WRONG, SIGNATURE "\x11\x11\0\x0c" ENDS4),
	ROW(PROXY_HEADER_WRONG, SIGNATURE "\x21\x41\0\x0c" ENDS4),
	ROW(PROXY_HEADER_WRONG, SIGNATURE "\x21\x11\xff\xff" ENDS4),
	ROW(PROXY_HEADER_NONE, "GET / HTTP/1.0\r\n\r\n"),
	ROW(PROXY_HEADER_NONE, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	ROW(PROXY_HEADER_NONE, "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03xxxxxx"),
};

static enum proxy_header read_exactly(const char *bytes, size_t len, size_t *used)
{
	char *copy = malloc(len);
	enum proxy_header got;

	memcpy(copy, bytes, len);
	got = proxy_header_read(copy, len, used);
	free(copy);
	return got;
}

static void reads_what_is_right(void **state)
{
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum proxy_header got = read_exactly(rows[i].bytes, rows[i].len, &used);

		if (got != rows[i].expected || (got == PROXY_HEADER_WHOLE && used != rows[i].len))
			fail_msg("row %zu, %s: got %d, used %zu", i, rows[i].bytes, got, used);
		/* cut anywhere, one that will be whole is waited for */
		for (size_t len = 1; got == PROXY_HEADER_WHOLE && len < rows[i].len; len++)
			if (read_exactly(rows[i].bytes, len, &used) != PROXY_HEADER_MORE)
				fail_msg("row %zu, cut to %zu", i, len);
	}
}

static void ends_where_the_header_ends(void **state)
{
	static const char both[] = "PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n";
	static char line[200] = "PROXY UNKNOWN ";
	size_t used;

	(void)state;
	assert_int_equal(proxy_header_read(both, sizeof(both) - 1, &used), PROXY_HEADER_WHOLE);
	assert_int_equal(used, 15);
	memset(line + 14, 'x', sizeof(line) - 14); /* more than 107 bytes without an end */
	assert_int_equal(proxy_header_read(line, 106, &used), PROXY_HEADER_MORE);
	assert_int_equal(proxy_header_read(line, sizeof(line), &used), PROXY_HEADER_WRONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_right),
		cmocka_unit_test(ends_where_the_header_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
