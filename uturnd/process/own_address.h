/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses belong to this host, and when that changes (rtnetlink(7)).
 * Opened before the sandbox is entered; inside it the same sockets are used.
 */
#ifndef UTURN_PROCESS_OWN_ADDRESS_H
#define UTURN_PROCESS_OWN_ADDRESS_H

#include <stdbool.h>

struct addr;

struct own_addresses {
	int events; /* readable when addresses were added or removed */
	int fd4, fd6; /* raw sockets, which can be bound again and again; -1: the host has no such family */
};

/* Returns 0, or a negative errno with nothing left open. */
int own_addresses_open(struct own_addresses *o);
void own_addresses_close(struct own_addresses *o);

/* Reads the events away. */
void own_addresses_read(const struct own_addresses *o);

/*
 * True only if the kernel says so. Such an address may still be configured
 * later, or never be, on purpose.
 */
bool own_address_is_missing(const struct own_addresses *o, const struct addr *a);

#endif
