/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The listening socket of the control socket: always of mode 0660, and never replacing that of a running program. */
#ifndef UTURN_IO_CONTROL_LISTENER_H
#define UTURN_IO_CONTROL_LISTENER_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

struct control_listener {
	int fd; /* -1: closed */
	struct sockaddr_un address;
	dev_t device; /* of the socket file that was made here, and may be removed */
	ino_t inode; /* 0: none made yet */
	char *made; /* the directory, if it was made here; NULL: it existed */
	char directory[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

/*
 * Makes the directory if it is missing, and replaces a socket file on which no
 * program listens. Returns 0 or a negative errno: -EADDRINUSE if a program
 * listens on it, -ENOTSOCK if the path is not a socket.
 */
int control_listener_open(struct control_listener *l, const char *path);
/* Closes the socket, and removes the file and the directory that control_listener_open() made, as far as permitted. */
void control_listener_close(struct control_listener *l);

#endif
