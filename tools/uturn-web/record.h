/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about one trace: which routers answered at which hop, what
 * else is known of them, how it ended, and the order in which all that came,
 * so that a reader that joins later is told the same events.
 *
 * Plain memory, no system: formats read it, visit_hops.c fills it. A record of
 * zeroes is an empty one; it grows with its trace, up to the sizes below, and
 * record_free() frees what it holds. What does not fit is counted in `lost` and
 * left out.
 */
#ifndef UTURN_WEB_RECORD_H
#define UTURN_WEB_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "enrich/place.h"
#include "packet/addr.h"

enum {
	RECORD_HOPS = 32, /* TRACE: max-ttl 1..32 */
	RECORD_ATTEMPTS = 3,
	RECORD_ANSWERS = 160, /* 128 probes, and a silent line a hop */
	RECORD_ROUTERS = 96,
	RECORD_ROWS = 96,
	RECORD_LABELS = 8,
	RECORD_EVENTS = 512,
	RECORD_WORDS_SIZE = 256
};

enum kind { KIND_TIME_EXCEEDED, KIND_UNREACHABLE, KIND_TOO_BIG, KIND_REACHED, KIND_SILENT, KINDS };
enum end { END_REACHED, END_MAX_TTL, END_CLOSED, END_BUSY, END_LIMIT, END_IDLE, ENDS };

extern const char *const kind_names[KINDS];
extern const char *const end_names[ENDS];

struct router {
	struct addr addr;
	struct place *place;
	char *name; /* NULL: none, or not yet known */
	bool is_named_early; /* with its first answer */
};

struct label {
	uint32_t label;
	uint8_t tc, ttl;
	bool bottom;
};

struct answer {
	uint8_t hop, attempt; /* attempt of a silent hop: how many there were */
	uint8_t kind; /* enum kind */
	uint8_t label_count;
	bool behind_nat;
	int16_t router; /* index, -1: silent */
	int16_t icmp_type, icmp_code; /* -1: not known */
	double rtt_ms; /* below 0: not known */
	struct label *labels; /* NULL: none */
};

struct row {
	uint8_t hop;
	struct addr router; /* family 0: none */
	uint16_t sent, received;
	double min_ms, avg_ms, max_ms; /* below 0: not known */
};

enum event_kind { EVENT_START, EVENT_ANSWER, EVENT_NAME, EVENT_END, EVENT_DONE, EVENT_PROBLEM };

struct event {
	uint8_t kind; /* enum event_kind */
	uint8_t index; /* of the answer, or of the router that has a name now */
};

struct record {
	struct addr local, peer;
	uint16_t local_port, peer_port;
	unsigned max_ttl, attempts, hop_offset;
	struct router *routers;
	struct answer *answers;
	struct row *rows;
	struct event *events;
	unsigned router_count, answer_count, row_count, event_count, lost;
	enum end end;
	unsigned hops, probes; /* hops 0: not known */
	bool is_proxied; /* the peer is a proxy, whoever may be behind it */
	char *problem; /* NULL: none */
	bool is_settled[RECORD_HOPS + 1]; /* nothing more is waited for at this hop */
};

void record_free(struct record *r);
/* The router's index, *is_new: entered just now; -1 where there is no room. */
int record_router(struct record *r, const struct addr *addr, bool *is_new);
void record_tell(struct record *r, enum event_kind kind, unsigned index);
/* It has a name now. */
void record_name(struct record *r, unsigned router, const char *name);
/* A copy. Answers within hop-offset are left out. */
void record_answer(struct record *r, const struct answer *a);
/* A copy. Rows within hop-offset are left out. */
void record_row(struct record *r, const struct row *row);
/* In words, and tells it. */
void record_problem(struct record *r, const char *words);
bool record_has(const struct record *r, enum event_kind kind);

#endif
