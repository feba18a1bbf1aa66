/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether an address is one of this host's. Opens a socket, so it has to be
 * asked before the sandbox.
 */
#ifndef UTURN_PROCESS_OWN_ADDRESS_H
#define UTURN_PROCESS_OWN_ADDRESS_H

#include <stdbool.h>

struct addr;

/* True only where the kernel says so: it may still be waited for (an IPv6 address at the boot), or anything may be bound. */
bool own_address_is_missing(const struct addr *a);

#endif
