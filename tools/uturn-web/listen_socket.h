/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One socket that listens, as a line of the configuration names it. */
#ifndef UTURN_WEB_LISTEN_SOCKET_H
#define UTURN_WEB_LISTEN_SOCKET_H

#include <stdbool.h>

#include "web_config.h"

enum { LISTEN_TEXT_SIZE = 56 };

/* "[::]:443" */
const char *listen_text(const struct web_listen *l, char text[LISTEN_TEXT_SIZE]);

/* 0.0.0.0 or [::]? */
bool listen_is_any(const struct web_listen *l);
/* [::] serves both families, unless the port's IPv4 has a line of its own. */
bool listen_is_only6(const struct web_config *c, const struct web_listen *l);
/* Would they be in each other's way: the same port, and addresses that meet? */
bool listen_conflicts(const struct web_listen *a, const struct web_listen *b);

/* Opens it, 0.0.0.0 for [::] on a host without IPv6: a descriptor, or a negative errno. */
int listen_socket_open(const struct web_listen *l, bool is_only6);

#endif
