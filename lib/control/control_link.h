/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection to uturnd that neither waits nor prints: for what asks again and
 * again, and goes on where uturnd is gone.
 *
 * A struct control_link begins with fd -1. The caller polls its fd.
 */
#ifndef UTURN_CONTROL_CONTROL_LINK_H
#define UTURN_CONTROL_CONTROL_LINK_H

#include <jansson.h>
#include <stddef.h>

enum { CONTROL_LINK_MOST = 16 * 1024 * 1024 }; /* bytes of a line: more is not uturnd */

struct control_link {
	int fd; /* -1: closed */
	char *bytes; /* received, without those lines that were told */
	size_t len, size;
};

/* All return 0 or a negative errno; after one of ask or work the connection is closed. */
int control_link_open(struct control_link *l, const char *path);
int control_link_ask(struct control_link *l, const char *request); /* a line without its newline */
/*
 * Reads what has come, at most what there is room for: the caller polls again. told is called for each object, which is lent, in their
 * order; it may close the connection. -EPROTO: not JSON, -EPIPE: closed by uturnd.
 */
int control_link_work(struct control_link *l, void (*told)(void *owner, const json_t *object), void *owner);
void control_link_close(struct control_link *l);

#endif
