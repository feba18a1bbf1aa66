/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The listening socket in the file system: never in another mode than 0660, never another one's. */
#ifndef UTURN_IO_CONTROL_LISTENER_H
#define UTURN_IO_CONTROL_LISTENER_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

struct listener {
	int fd; /* -1: closed */
	struct sockaddr_un address;
	dev_t device; /* of the socket file, which is ours to remove */
	ino_t inode; /* 0: none made yet */
	char *made; /* the directory, where it was not there; NULL where it was */
	char directory[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

/*
 * Makes the directory where it is missing, and replaces a socket file nobody
 * listens on. Returns 0 or a negative errno: -EADDRINUSE where somebody does,
 * -ENOTSOCK where the path is something else.
 */
int listener_open(struct listener *l, const char *path);
/* Removes what listener_open() made, as far as we still may. */
void listener_close(struct listener *l);

#endif
