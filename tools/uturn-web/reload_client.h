/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturn-web -r`: asks the running one to read its configuration again, see reload_socket.h. */
#ifndef UTURN_WEB_RELOAD_CLIENT_H
#define UTURN_WEB_RELOAD_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr_un;

/* What is answered where it has been done; anything else is why not. */
extern const char reload_done[];

/* Where the socket is in the directory; false: the path does not fit. */
bool reload_path(const char *folder, struct sockaddr_un *at);

/* 0 where the running one has done so, else -1 with words. */
int reload_ask(char *why, size_t why_size);

#endif
