/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said over uturnd's control socket, see stream_connect(). */
#ifndef UTURN_WEB_DOOR_SOCKET_H
#define UTURN_WEB_DOOR_SOCKET_H

#include <stddef.h>

/* Sends the request with a descriptor of the visitor's connection; 0, or a negative errno. */
int door_send(int fd, const char *request, size_t len, int connection);
/* Words for the visitor about a negative errno of stream_connect(path); the log has others for the operator. */
const char *door_words(const char *path, int err);

#endif
