/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses that belong to nobody in particular: IANA's special-purpose
 * address registries (RFC 6890), so that a private hop is said to be one.
 */
#ifndef UTURN_WEB_SPECIAL_H
#define UTURN_WEB_SPECIAL_H

#include "packet/addr.h"

struct special {
	struct prefix prefix;
	const char *name; /* as the registry has it */
	unsigned rfc;
};

/* The longest prefix that contains the address, or NULL: an ordinary one. */
const struct special *special_find(const struct addr *a);

#endif
