/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address as the system's calls want it. */
#ifndef UTURN_COMMON_SOCKADDR_H
#define UTURN_COMMON_SOCKADDR_H

#include <stdint.h>
#include <sys/socket.h>

struct addr;

/* a: family 4 or 6. port: in host order. Fills all of *to; returns how long the address in it is. */
socklen_t sockaddr_of(const struct addr *a, uint16_t port, struct sockaddr_storage *to);

#endif
