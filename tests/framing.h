/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests in HTTP/1.1 that two readers could take for different ones (RFC 9112
 * 11.2), or whose end cannot be told, and the status that each gets. After each
 * of them the connection is closed, and nothing behind it is a request.
 *
 * Read by the reader alone in tests/unit/uturn-web/test_web_framing.c, and sent
 * over the wire by tests/system/helpers/framing.c.
 */
#ifndef UTURN_TESTS_FRAMING_H
#define UTURN_TESTS_FRAMING_H

#include <stddef.h>

struct framing {
	const char *name, *bytes;
	size_t len;
	int status;
};

#define FRAMING_LINE "GET /healthz HTTP/1.1\r\n"
#define FRAMING_HOST "Host: x\r\n"
#define FRAMING(name, status, bytes) \
	{ \
		name, bytes, sizeof(bytes) - 1, status \
	}
/* a request that is right but for these fields */
#define FRAMING_FIELDS(name, status, fields) FRAMING(name, status, FRAMING_LINE FRAMING_HOST fields "\r\n")
#define FRAMING_ONLY(name, status, fields) FRAMING(name, status, FRAMING_LINE fields "\r\n")
#define FRAMING_FIRST(name, status, line) FRAMING(name, status, line "\r\n" FRAMING_HOST "\r\n")
#define FRAMING_TE "Transfer-Encoding: "
#define FRAMING_CL "Content-Length: "
#define FRAMING_1K \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FRAMING_2K FRAMING_1K FRAMING_1K FRAMING_1K FRAMING_1K FRAMING_1K FRAMING_1K

static const struct framing framings[] = {
	FRAMING_FIELDS("coding identity", 400, FRAMING_TE "identity\r\n"),
	FRAMING_FIELDS("coding gzip", 400, FRAMING_TE "gzip\r\n"),
	FRAMING_FIELDS("coding xchunked", 400, FRAMING_TE "xchunked\r\n"),
	FRAMING_FIELDS("coding chunkedx", 400, FRAMING_TE "chunkedx\r\n"),
	FRAMING_FIELDS("coding in quotes", 400, FRAMING_TE "\"chunked\"\r\n"),
	FRAMING_FIELDS("coding of no name", 400, FRAMING_TE "\r\n"),
	FRAMING_FIELDS("coding with a parameter", 400, FRAMING_TE "chunked;q=1\r\n"),
	FRAMING_FIELDS("chunked before another", 400, FRAMING_TE "chunked, identity\r\n"),
	FRAMING_FIELDS("another before chunked", 501, FRAMING_TE "gzip, chunked\r\n"),
	FRAMING_FIELDS("two fields of codings", 400, FRAMING_TE "chunked\r\n" FRAMING_TE "identity\r\n"),
	FRAMING_FIELDS("chunked in two fields", 400, FRAMING_TE "chunked\r\n" FRAMING_TE "chunked\r\n"),
	FRAMING_FIELDS("coding, then length", 400, FRAMING_TE "chunked\r\n" FRAMING_CL "4\r\n"),
	FRAMING_FIELDS("length, then coding", 400, FRAMING_CL "4\r\n" FRAMING_TE "chunked\r\n"),
	FRAMING("coding in HTTP/1.0", 400, "GET /healthz HTTP/1.0\r\n" FRAMING_TE "chunked\r\n\r\n"),
	FRAMING_FIELDS("coding, folded", 400, "Transfer-Encoding:\r\n chunked\r\n"),
	FRAMING_FIELDS("coding, space before colon", 400, "Transfer-Encoding : chunked\r\n"),
	FRAMING_FIELDS("chunked with a vertical tab", 400, FRAMING_TE "\vchunked\r\n"),
	FRAMING_FIELDS("two lengths", 400, FRAMING_CL "0\r\n" FRAMING_CL "5\r\n"),
	FRAMING_FIELDS("one length twice", 400, FRAMING_CL "0\r\n" FRAMING_CL "0\r\n"),
	FRAMING_FIELDS("list of lengths", 400, FRAMING_CL "0, 0\r\n"),
	FRAMING_FIELDS("length with a sign", 400, FRAMING_CL "+0\r\n"),
	FRAMING_FIELDS("length below 0", 400, FRAMING_CL "-1\r\n"),
	FRAMING_FIELDS("length in hexadecimal", 400, FRAMING_CL "0x0\r\n"),
	FRAMING_FIELDS("length of no digits", 400, FRAMING_CL "\r\n"),
	FRAMING_FIELDS("length above 2^64", 400, FRAMING_CL "18446744073709551616\r\n"),
	FRAMING_FIELDS("length, space before colon", 400, "Content-Length : 30\r\n"),
	FRAMING_FIELDS("length, tab before colon", 400, "Content-Length\t: 30\r\n"),
	FRAMING_FIELDS("length with a space inside", 400, FRAMING_CL "1 0\r\n"),
	FRAMING_FIELDS("folded line", 400, "X: a\r\n b\r\n"),
	FRAMING_FIELDS("folded line, by a tab", 400, "X: a\r\n\tb\r\n"),
	FRAMING_ONLY("first field after a space", 400, " " FRAMING_HOST),
	FRAMING("bare LF", 400, "GET /healthz HTTP/1.1\nHost: x\n\n"),
	FRAMING_FIELDS("bare LF in a field", 400, "X: a\nY: b\r\n"),
	FRAMING_FIELDS("bare CR in a field", 400, "X: a\rY: b\r\n"),
	FRAMING("bare LF at the end", 400, FRAMING_LINE FRAMING_HOST "\n"),
	FRAMING_FIELDS("NUL in a field", 400, "X: a\0b\r\n"),
	FRAMING_FIELDS("NUL in a name", 400, "X\0: a\r\n"),
	FRAMING_FIELDS("name of nothing", 400, ": a\r\n"),
	FRAMING_FIELDS("name with a bracket", 400, "X(y): a\r\n"),
	FRAMING_FIELDS("line without a colon", 400, "X\r\n"),
	FRAMING_FIRST("HTTP/0.9", 400, "GET /healthz"),
	FRAMING_FIRST("HTTP/1.9", 400, "GET /healthz HTTP/1.9"),
	FRAMING_FIRST("HTTP/2.0", 400, "GET /healthz HTTP/2.0"),
	FRAMING_FIRST("HTTP/9.9", 400, "GET /healthz HTTP/9.9"),
	FRAMING_FIRST("HTTP/1.10", 400, "GET /healthz HTTP/1.10"),
	FRAMING_FIRST("http in lower case", 400, "GET /healthz http/1.1"),
	FRAMING_FIRST("two spaces in the first line", 400, "GET  /healthz HTTP/1.1"),
	FRAMING_FIRST("space behind the version", 400, "GET /healthz HTTP/1.1 "),
	FRAMING_FIRST("tab in the first line", 400, "GET\t/healthz HTTP/1.1"),
	FRAMING_FIRST("RTSP", 400, "GET /healthz RTSP/1.0"),
	FRAMING_ONLY("no Host", 400, ""),
	FRAMING_ONLY("empty Host", 400, "Host:\r\n"),
	FRAMING_ONLY("two Hosts", 400, "Host: a\r\nHost: b\r\n"),
	FRAMING_ONLY("one Host twice", 400, "Host: a\r\nhost: a\r\n"),
	FRAMING("two Hosts in HTTP/1.0", 400, "GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
	FRAMING_ONLY("Host with a space", 400, "Host: a b\r\n"),
	FRAMING_ONLY("Host with a path", 400, "Host: a/b\r\n"),
	FRAMING_ONLY("Host with a user", 400, "Host: u@a\r\n"),
	FRAMING_ONLY("Host that is a list", 400, "Host: a, b\r\n"),
	FRAMING_ONLY("Host of a port alone", 400, "Host: :80\r\n"),
	FRAMING_ONLY("Host with a port that is none", 400, "Host: a:80x\r\n"),
	FRAMING_ONLY("Host that ends in its bracket", 400, "Host: [::1\r\n"),
	FRAMING_FIRST("path out of a query", 400, "GET http://h?x=/metrics HTTP/1.1"),
	FRAMING_FIRST("path out of a user", 400, "GET http://u@h/healthz HTTP/1.1"),
	FRAMING_FIRST("absolute form without a host", 400, "GET http:///healthz HTTP/1.1"),
	FRAMING_FIRST("another scheme", 400, "GET ftp://h/healthz HTTP/1.1"),
	FRAMING_FIRST("fragment", 400, "GET /healthz#f HTTP/1.1"),
	FRAMING_FIRST("fragment in absolute form", 400, "GET http://h/healthz#f HTTP/1.1"),
	FRAMING_FIRST("target of one name", 400, "GET healthz HTTP/1.1"),
	FRAMING_FIRST("byte that is not ASCII", 400, "GET /\xc3\xa4 HTTP/1.1"),
	FRAMING_FIRST("CONNECT", 400, "CONNECT a:80 HTTP/1.1"),
	FRAMING_FIRST("method that is unknown", 400, "FROB /healthz HTTP/1.1"),
	FRAMING_FIRST("method in lower case", 400, "get /healthz HTTP/1.1"),
	FRAMING("preface of HTTP/2, not whole", 400, "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n"),
	FRAMING_FIELDS("upgrade to websocket", 200, "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
	FRAMING_FIELDS("upgrade to h2c", 200,
		"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"),
	FRAMING("body of a length", 200, FRAMING_LINE FRAMING_HOST FRAMING_CL "5\r\n\r\nabcde"),
	FRAMING("body that is chunked", 200, FRAMING_LINE FRAMING_HOST FRAMING_TE "chunked\r\n\r\n0\r\n\r\n"),
	FRAMING("DELETE with a body", 405, "DELETE / HTTP/1.1\r\n" FRAMING_HOST FRAMING_CL "5\r\n\r\nabcde"),
	FRAMING_FIELDS("head above 8192 bytes", 431,
		"X: " FRAMING_2K FRAMING_2K FRAMING_2K FRAMING_2K FRAMING_2K FRAMING_2K "\r\n"),
};

#endif
