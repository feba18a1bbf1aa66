/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests over uturnd's control socket, which stream_connect() has opened. */
#ifndef UTURN_WEB_CONTROL_SOCKET_H
#define UTURN_WEB_CONTROL_SOCKET_H

#include <stddef.h>

/* Sends the request with a descriptor of the visitor's connection; 0, or a negative errno. */
int control_socket_send(int fd, const char *request, size_t len, int connection);

#endif
