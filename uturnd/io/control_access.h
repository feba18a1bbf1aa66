/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is at the other end of the control socket. Who may connect is a matter of
 * the socket's mode; what a client may ask is decided here, by the credentials
 * that the kernel noted when it connected.
 */
#ifndef UTURN_IO_CONTROL_ACCESS_H
#define UTURN_IO_CONTROL_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Beside root, who always is one. */
struct control_operators {
	uid_t user; /* uturnd's own; (uid_t)-1: none */
	gid_t group; /* (gid_t)-1: none */
	const char *name; /* of the group; borrowed */
};

/* Whether the client is an operator, and its user: (uid_t)-1 if the kernel does not tell, which is no operator. */
bool control_access(int fd, const struct control_operators *operators, uid_t *user);

/* Whether a request of this name is an operator's alone. */
bool control_access_is_restricted(const char *op);

/* "OP: permission denied (...)": says who may. */
void control_access_words(const struct control_operators *operators, const char *op, char *words, size_t size);

#endif
