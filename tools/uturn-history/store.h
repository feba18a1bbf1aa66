/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of traces, in a database: the one interface to both kinds.
 * Writing is store_add() and store_commit(), forgetting store_prune(); how it is read is in store_read.h.
 *
 * Functions return 0 or a negative errno as db_run() does, with words by
 * store_why(). After an error of store_add() or store_commit() nothing since
 * the last commit is kept: call store_rollback(), after -ENOTCONN open it anew.
 */
#ifndef UTURN_HISTORY_STORE_H
#define UTURN_HISTORY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept.h"

struct store;

/* name: the path of an SQLite file, or postgresql://...; is_reading: it must be there, and stays as it is. */
int store_open(struct store **made, const char *name, bool is_reading, char *why, size_t why_size);
void store_close(struct store *s);
const char *store_why(const struct store *s);
struct db *store_db(struct store *s);

enum store_added { STORE_ADDED, STORE_DUPLICATE };
/* 0 or 1, enum store_added; a trace that is there already is not added again. The name of an AS is kept as well. */
int store_add(struct store *s, const struct kept *k);
int store_name_as(struct store *s, uint32_t asn, const char *name);
int store_commit(struct store *s);
void store_rollback(struct store *s);

struct store_limits {
	int64_t keep_ms; /* older traces go; 0: none does */
	int64_t max_bytes; /* beyond it the oldest go; 0: no limit */
};
/*
 * A step of forgetting, of some hundred thousand traces at most, in a
 * transaction of its own. Returns how many have gone; call it again until that is 0.
 */
int64_t store_prune(struct store *s, const struct store_limits *limits, int64_t now_ms);
int64_t store_bytes(struct store *s);

#endif
