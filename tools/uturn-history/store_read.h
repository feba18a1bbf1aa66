/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to a store. What a callback gets is lent until it returns; false
 * from it ends the question. Functions return a count, or a negative errno with words by store_why().
 */
#ifndef UTURN_HISTORY_STORE_READ_H
#define UTURN_HISTORY_STORE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept.h"
#include "store.h"

/* Traces that can be compared: of one host, from one address to one prefix, by one protocol and front end. */
struct store_series {
	int64_t id;
	char host[KEPT_HOST_SIZE];
	struct addr origin;
	struct prefix remote;
	uint8_t protocol, front;
	uint32_t asn;
	int64_t first_ms, last_ms; /* of traces that are kept, or were */
	int64_t traces;
};

/* What is asked about. */
struct store_query {
	bool has_prefix, has_as; /* none: all */
	struct prefix prefix; /* of which the series' is a part, or which is a part of it */
	uint32_t asn; /* of the prefix */
};

/* A word of the command line: a prefix, an address, AS64500 or 64500; false: none of them. */
bool store_query_parse(const char *word, struct store_query *q);

typedef bool store_series_row(void *owner, const struct store_series *s);
/* In order of prefixes. */
int64_t store_series(struct store *s, const struct store_query *q, store_series_row *row, void *owner);
int64_t store_series_by_id(struct store *s, int64_t id, struct store_series *found); /* 0: there is none */

/* One trace of a series. Round-trip times are 2 bytes each, see kept_bytes.h, in the order of the routers of the path. */
struct store_trace {
	int64_t series, at_ms, path;
	uint32_t ms, probes;
	uint8_t end;
	const uint8_t *rtts;
	size_t rtt_count;
};
typedef bool store_trace_row(void *owner, const struct store_trace *t);
/* From since_ms on and before until_ms, at most so many, the newest first or the oldest. */
int64_t store_traces(struct store *s, int64_t series, int64_t since_ms, int64_t until_ms, int64_t most,
	bool is_newest_first, store_trace_row *row, void *owner);
/* The identifier of a trace is its series, a hyphen and its time: "17-1795890123456". */
enum { STORE_ID_SIZE = 48 };
const char *store_id(int64_t series, int64_t at_ms, char text[STORE_ID_SIZE]);
bool store_id_parse(const char *text, int64_t *series, int64_t *at_ms);
/* That trace, with its series, routers and flows: *k is filled; 0: there is none. kept_done() in any case. */
int64_t store_trace(struct store *s, int64_t series, int64_t at_ms, struct kept *k);

/* The same of a trace that was told, without flows: 1, or 0 where it is damaged. */
int store_fill(struct store *s, const struct store_series *series, const struct store_trace *t, struct kept *k);
/* Traces from since_ms on, by their paths. */
typedef bool store_path_row(void *owner, int64_t path, int64_t traces);
int64_t store_paths_of(struct store *s, int64_t series, int64_t since_ms, store_path_row *row, void *owner);

/* A path: routers with their AS, and no round-trip times. Lent until the next store_paths_read(), or 65536 others were asked for; NULL: none. */
const struct kept *store_path(struct store *s, int64_t id);

/* Reads paths of traces from since_ms on, at most of so many traces: store_path() of each alone is slower. */
int64_t store_paths_read(struct store *s, int64_t series, int64_t since_ms, int64_t most);

enum store_kind { STORE_PATH, STORE_MAYBE };
enum { STORE_NAMED = 8 }; /* routers that a change names; more are counted */
struct store_routers {
	struct kept_router routers[STORE_NAMED]; /* without round-trip times */
	unsigned count;
};
struct store_change {
	struct store_series series;
	int64_t at_ms, before_ms; /* the first trace after it, the last before it */
	unsigned hop;
	enum store_kind kind;
	unsigned moved, compared; /* flows, where they can be compared */
	unsigned seen, asked; /* traces, or flows */
	double p;
	struct store_routers gone, added;
};
typedef bool store_change_row(void *owner, const struct store_change *c);
/* The newest first. */
int64_t store_changes(struct store *s, const struct store_query *q, int64_t since_ms, int64_t most,
	store_change_row *row, void *owner);

/* "" where it is not known; lent until the next call. */
const char *store_as_name(struct store *s, uint32_t asn);

struct store_totals {
	int64_t series, traces, paths, routers, changes, first_ms, last_ms, bytes;
};
int store_totals(struct store *s, struct store_totals *t);

#endif
