/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to uturnd's control socket. */
#ifndef UTURN_WEB_DOOR_SOCKET_H
#define UTURN_WEB_DOOR_SOCKET_H

#include <stddef.h>

/* A descriptor that does not block, or a negative errno; -EAGAIN: uturnd is there, and has no time yet. */
int door_connect(const char *path);
/* Sends the request with a descriptor of the visitor's connection; 0, or a negative errno. */
int door_send(int fd, const char *request, size_t len, int connection);
/* Words about a negative errno of door_connect(). */
const char *door_words(int err);

#endif
