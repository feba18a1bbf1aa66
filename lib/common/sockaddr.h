/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address in the form of the system calls (ip(7), ipv6(7)). */
#ifndef UTURN_COMMON_SOCKADDR_H
#define UTURN_COMMON_SOCKADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct addr;

/* a: family 4 or 6. port: in host order. Fills all of *to; returns the length of the address in it. */
socklen_t sockaddr_of(const struct addr *a, uint16_t port, struct sockaddr_storage *to);

/* The other way round; IPv4 on an IPv6 socket is IPv4 (RFC 4291 2.5.5.2). port may be NULL. False: of another family. */
bool sockaddr_read(const struct sockaddr *from, struct addr *a, uint16_t *port);

/*
 * A datagram socket that is connected to this address, which sends nothing, and
 * the address of this host that the routing table has chosen for it. flags: of
 * socket(2), beside SOCK_CLOEXEC. own_port may be NULL. Returns the socket, for the
 * caller to close, or a negative errno.
 */
int sockaddr_connect(const struct addr *to, uint16_t port, int flags, struct addr *own, uint16_t *own_port);

/* The same by one interface alone, without privilege since Linux 5.7; NULL: by any. */
int sockaddr_connect_by(const struct addr *to, uint16_t port, int flags, const char *interface, struct addr *own,
	uint16_t *own_port);

#endif
