/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The foreign source address that `uturnctl spoof-check` uses without --from:
 * our own with one bit changed, far enough to the left to be in another network.
 */
#ifndef UTURNCTL_SPOOF_FOREIGN_H
#define UTURNCTL_SPOOF_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "packet/addr.h"

enum { SPOOF_FOREIGN_PREFIXES = 256 };

struct spoof_networks {
	struct prefix
		prefixes[SPOOF_FOREIGN_PREFIXES]; /* of our interfaces, with the address of the interface itself */
	size_t count;
};

/* Returns 0 or a negative errno. */
int spoof_foreign_networks(struct spoof_networks *n);
bool spoof_foreign_is_ours(const struct spoof_networks *n, const struct addr *a);
/* False where every candidate is in one of our networks, or is not a unicast host address. */
bool spoof_foreign_choose(const struct spoof_networks *n, const struct addr *own, struct addr *foreign);

#endif
