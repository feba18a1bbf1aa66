/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header that a proxy puts in front of a connection (PROXY protocol, version
 * 1 and 2), read to the letter. Only its end matters here: the addresses in it
 * are checked and not used, since a trace goes along the proxy's own connection.
 */
#ifndef UTURN_WEB_PROXY_HEADER_H
#define UTURN_WEB_PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PROXY_HEADER_LEAST = 15, /* bytes: fewer than any header, HTTP request or TLS hello */
	PROXY_HEADER_MOST = 1024
};

enum proxy_header { PROXY_HEADER_NONE, PROXY_HEADER_MORE, PROXY_HEADER_WHOLE, PROXY_HEADER_WRONG };

/* bytes: all so far, PROXY_HEADER_LEAST at least, to tell that it is none; *used: those of a whole one. */
enum proxy_header proxy_header_read(const char *bytes, size_t len, size_t *used);

#endif
