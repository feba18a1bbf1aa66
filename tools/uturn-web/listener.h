/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets that visitors come to. */
#ifndef UTURN_WEB_LISTENER_H
#define UTURN_WEB_LISTENER_H

#include "server.h"

/* All of the configuration's, before privileges are dropped; 0, or a negative errno with words. */
int listeners_open(struct server *s, char *why, size_t why_size);
void listeners_start(struct server *s);
void listeners_close(struct server *s);

#endif
