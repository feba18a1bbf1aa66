/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces that are not written yet. Once a second all of them go into the store
 * in one transaction; where that fails they wait, for a server that starts or a
 * disk that has room again, and the first failure is logged, and its end.
 */
#ifndef UTURN_HISTORY_PENDING_H
#define UTURN_HISTORY_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/log.h"
#include "kept.h"
#include "map.h"
#include "store.h"

enum {
	PENDING_MOST = 16384,
	PENDING_MARGIN = 1024, /* as many come of one reading of a source, but for a list of traces on one line */
	PENDING_NAMES = 256,
};

struct pending {
	const char *database; /* lent */
	struct store *store; /* NULL: the database is not there */
	struct kept *traces;
	size_t count, room;
	struct {
		uint32_t asn;
		char name[96];
	} names[PENDING_NAMES];
	unsigned name_count;
	struct map named; /* those that were written */
	bool is_stuck; /* the last attempt has failed */
	uint64_t added, duplicates;
	struct log_limit lost;
};

/* 0, or a negative errno with words: -EPROTO, -EACCES: it makes no sense to try again. */
int pending_open(struct pending *p, const char *database, char *why, size_t why_size);
void pending_close(struct pending *p);
bool pending_is_full(const struct pending *p);
/* Takes the trace, beyond PENDING_MOST too; without memory it is lost, which is logged. */
void pending_add(struct pending *p, struct kept *k);
void pending_name(struct pending *p, uint32_t asn, const char *name);
/* Writes all of it; false: it is kept, and the cause is logged. */
bool pending_write(struct pending *p);
/* A step of forgetting what is too old or too much; true: there may be more to do. */
bool pending_prune(struct pending *p, const struct store_limits *limits, int64_t now_ms);

#endif
