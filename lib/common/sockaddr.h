/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address in the form of the system calls (ip(7), ipv6(7)). */
#ifndef UTURN_COMMON_SOCKADDR_H
#define UTURN_COMMON_SOCKADDR_H

#include <stdint.h>
#include <sys/socket.h>

struct addr;

/* a: family 4 or 6. port: in host order. Fills all of *to; returns the length of the address in it. */
socklen_t sockaddr_of(const struct addr *a, uint16_t port, struct sockaddr_storage *to);

#endif
