/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our rules in the tables of iptables-legacy as bytes, read by libiptc: equal
 * bytes, equal rules. No program is started, which a comparison of text would need.
 *
 * The caller owns the bytes; keep_snapshot_done() frees them. One that is all
 * zeroes is equal to none.
 */
#ifndef UTURN_RULES_KEEP_LEGACY_H
#define UTURN_RULES_KEEP_LEGACY_H

#include <stdbool.h>
#include <stddef.h>

#include "backend.h"

struct keep_snapshot {
	char *bytes;
	size_t size;
};

/* The backend must be BACKEND_LEGACY. Creates no table. Returns 0, or -1 with an error message in why (BACKEND_WHY_SIZE). */
int keep_snapshot_take(const struct backend *b, struct keep_snapshot *s, char *why);
void keep_snapshot_done(struct keep_snapshot *s);
bool keep_snapshot_equal(const struct keep_snapshot *a, const struct keep_snapshot *b);

#endif
