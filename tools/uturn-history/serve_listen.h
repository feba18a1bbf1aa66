/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where `uturn-history serve` listens: a port of this host's loopback, or a Unix
 * socket. Nothing else is accepted, since the page asks for no password.
 */
#ifndef UTURN_HISTORY_SERVE_LISTEN_H
#define UTURN_HISTORY_SERVE_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

enum { LISTEN_PATH_SIZE = 108 /* of unix(7) */ };

struct serve_listen {
	struct addr addr; /* without a family: the path */
	uint16_t port;
	char path[LISTEN_PATH_SIZE];
};

/* "127.0.0.1:8470", "[::1]:8470" or a path that begins with /; false with words, the value in them. */
bool serve_listen_parse(const char *text, struct serve_listen *l, char *why, size_t why_size);

/*
 * Is this a name under which the page may be asked for? A web page elsewhere
 * can have its own name lead here (DNS rebinding), but not take one of these:
 * on a port the loopback's, with any port, as ssh -L has another. In front of a
 * Unix socket is a program that has checked it. NULL: no Host.
 */
bool serve_listen_is_own(const struct serve_listen *l, const char *host);

#endif
