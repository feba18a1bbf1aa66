/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By which interface probes leave (netdevice(7), rtnetlink(7)). Nothing is kept. */
#ifndef UTURN_TRACE_INTERFACE_H
#define UTURN_TRACE_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

enum { INTERFACE_SIZE = 16 }; /* IFNAMSIZ */

/*
 * Can probes to this target leave by it? Returns 0, or -1 with words in why: it is
 * not there, it is down, or it leads to this host alone and the target is another.
 */
int interface_check(const char *name, const struct addr *target, char *why, size_t why_size);

/* The interface of the route between these; false: there is none, or it is not known. */
bool interface_of_route(const struct addr *from, const struct addr *to, char name[INTERFACE_SIZE]);

/* Bytes of its largest packet; 0: not known. */
unsigned interface_mtu(const char *name);

/* Only this interface sends for the socket. Returns 0 or a negative errno. */
int interface_bind(int fd, const char *name);

#endif
