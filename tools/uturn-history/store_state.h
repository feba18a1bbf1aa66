/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a store share. */
#ifndef UTURN_HISTORY_STORE_STATE_H
#define UTURN_HISTORY_STORE_STATE_H

#include "db.h"
#include "kept.h"
#include "map.h"

struct changes;

enum {
	STORE_DAY_MS = 86400000,
	STORE_SERIES_MOST = 2048,
	STORE_PATHS = 65536,
	STORE_ROUTERS = 65536, /* KEPT_ROUTERS at least */
	STORE_LAST_DAYS = 7 /* the day that a router or path was used last is written anew after so many */
};

/* A series that is written to. */
struct store_written {
	int64_t id, first_ms, last_ms;
	int64_t added; /* since the last commit */
	struct changes *changes; /* NULL: not read yet */
};

struct store_read_path;

struct store {
	struct db *db;
	uint64_t key[2]; /* by chance: strangers choose addresses */
	bool is_open; /* a transaction is */
	struct map routers, paths, series; /* of paths without identifiers; of series an index of written */
	struct store_written *written;
	size_t written_count, written_room;
	struct store_read_path **read_paths; /* of store_path() */
	struct map read_index; /* by identifier, an index of them */
	size_t read_count;
	struct kept_router *read_routers; /* of these paths */
	struct map read_router_index; /* by identifier, an index of them */
	size_t read_router_count;
	char as_name[128];
	char why[DB_WHY_SIZE];
};

/* The last address of a prefix, as bytes. */
size_t store_last_bytes(const struct prefix *p, uint8_t bytes[KEPT_ADDR_BYTES]);
int store_fail(struct store *s, int64_t err);
void store_forget(struct store *s); /* all that is remembered of rows */
void store_forget_paths(struct store *s);
void store_forget_routers(struct store *s);

struct store_series;
/* Columns of a series, and what is in them. */
#define STORE_SERIES \
	"s.id, s.host, s.origin, s.remote, s.length, s.protocol, s.front, s.asn, s.first_at, s.last_at, s.traces"
enum { STORE_SERIES_COLUMNS = 11 };
void store_take_series(const struct db_value values[STORE_SERIES_COLUMNS], struct store_series *s);

#endif
