/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether an address belongs to this host. Opens a socket, so it must be called
 * before the sandbox is entered.
 */
#ifndef UTURN_PROCESS_OWN_ADDRESS_H
#define UTURN_PROCESS_OWN_ADDRESS_H

#include <stdbool.h>

struct addr;

/*
 * True only if the kernel says so. Such an address may still be configured
 * later, as IPv6 addresses are at boot; and false does not prove that it exists,
 * since ip_nonlocal_bind lets any address be bound.
 */
bool own_address_is_missing(const struct addr *a);

#endif
