/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose address `uturnctl spoof-check` takes when it is not told: our own with
 * one bit changed, far enough in front to be in another network.
 */
#ifndef UTURNCTL_SPOOF_FOREIGN_H
#define UTURNCTL_SPOOF_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "packet/addr.h"

enum { SPOOF_FOREIGN_PREFIXES = 256 };

struct spoof_networks {
	struct prefix prefixes[SPOOF_FOREIGN_PREFIXES]; /* of our interfaces; bits behind the length are kept */
	size_t count;
};

/* Returns 0 or a negative errno. */
int spoof_foreign_networks(struct spoof_networks *n);
bool spoof_foreign_is_ours(const struct spoof_networks *n, const struct addr *a);
/* False where every candidate is in one of our networks, or cannot be a host's. */
bool spoof_foreign_choose(const struct spoof_networks *n, const struct addr *own, struct addr *foreign);

#endif
