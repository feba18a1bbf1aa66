/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The listening socket of `uturn-history serve`. */
#ifndef UTURN_HISTORY_SERVE_SOCKET_H
#define UTURN_HISTORY_SERVE_SOCKET_H

#include "serve_listen.h"

/*
 * A listening socket, or a negative errno with words. A socket that nobody
 * listens on any more is removed; one that answers is -EADDRINUSE. It is for its
 * user and group alone; user: to whom root gives it.
 */
int serve_socket_open(const struct serve_listen *l, const char *user, char *why, size_t why_size);
/* Removes the Unix socket. */
void serve_socket_close(const struct serve_listen *l);

#endif
