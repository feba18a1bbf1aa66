/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables, and how they came to be: a row of statements for each version,
 * in both kinds of SQL. What is released is never changed, only added to.
 *
 *   series  what can be compared: who has seen it, from which address to which prefix, how
 *   path    each different path once: routers by hop
 *   trace   one trace of a series: its path, and the round-trip time of each router of that
 *   change  what the traces of a series have shown to have changed
 *
 * Times are ms since 1970, days those since 1970, addresses and paths as in
 * kept_bytes.h.
 */
#ifndef UTURN_HISTORY_SCHEMA_H
#define UTURN_HISTORY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"

enum { SCHEMA_VERSION = 2 };

/*
 * Makes what is missing, in one transaction, or with is_reading asks only
 * whether it is there. 0, or a negative errno with words: -EPROTO: of a newer
 * version.
 */
int schema_update(struct db *d, bool is_reading, char *why, size_t why_size);

#endif
