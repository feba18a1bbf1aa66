/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known about one trace: which routers answered at which hop, what
 * else is known of them, how it ended, and the order in which all that came,
 * so that a reader that joins later is told the same events.
 *
 * Plain memory of fixed size, no system: formats read it, visit_hops.c fills it.
 * What does not fit is counted in `lost` and left out.
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
	RECORD_ANSWERS = 160, /* ~100 probes, a silent line a hop, and some answers twice */
	RECORD_ROUTERS = 96,
	RECORD_ROWS = 96,
	RECORD_LABELS = 8,
	RECORD_EVENTS = 512,
	RECORD_NAME_SIZE = 256,
	RECORD_WORDS_SIZE = 256
};

enum kind { KIND_TIME_EXCEEDED, KIND_UNREACHABLE, KIND_TOO_BIG, KIND_REACHED, KIND_SILENT, KINDS };
enum end { END_REACHED, END_MAX_TTL, END_CLOSED, END_BUSY, END_LIMIT, END_IDLE, ENDS };

extern const char *const kind_names[KINDS];
extern const char *const end_names[ENDS];

struct router {
	struct addr addr;
	struct place place;
	char name[RECORD_NAME_SIZE]; /* "": none, or not yet known */
	bool is_named_early; /* with its first answer */
};

struct label {
	uint32_t label;
	uint8_t tc, ttl;
	bool bottom;
};

struct answer {
	uint8_t hop, attempt; /* attempt of a silent hop: how many there were */
	enum kind kind;
	int router; /* index, -1: silent */
	double rtt_ms; /* below 0: not known */
	bool behind_nat;
	int icmp_type, icmp_code; /* -1: not known */
	unsigned label_count;
	struct label labels[RECORD_LABELS];
};

struct row {
	uint8_t hop;
	struct addr router; /* family 0: none */
	unsigned sent, received;
	double min_ms, avg_ms, max_ms; /* below 0: not known */
};

enum event_kind { EVENT_START, EVENT_ANSWER, EVENT_NAME, EVENT_END, EVENT_DONE, EVENT_PROBLEM };

struct event {
	enum event_kind kind;
	unsigned index; /* of the answer, or of the router that has a name now */
};

struct record {
	struct addr local, peer;
	uint16_t local_port, peer_port;
	unsigned max_ttl, attempts, hop_offset;
	struct router routers[RECORD_ROUTERS];
	struct answer answers[RECORD_ANSWERS];
	struct row rows[RECORD_ROWS];
	unsigned router_count, answer_count, row_count, lost;
	enum end end;
	unsigned hops, probes; /* hops 0: not known */
	bool is_proxied; /* the peer is a proxy, whoever may be behind it */
	char problem[RECORD_WORDS_SIZE];
	bool is_settled[RECORD_HOPS + 1]; /* nothing more is waited for at this hop */
	struct event events[RECORD_EVENTS];
	unsigned event_count;
};

/* The router's index, *is_new: entered just now; -1 where there is no room. */
int record_router(struct record *r, const struct addr *addr, bool *is_new);
void record_tell(struct record *r, enum event_kind kind, unsigned index);
/* Answers within hop-offset are left out. */
void record_answer(struct record *r, const struct answer *a);
bool record_has(const struct record *r, enum event_kind kind);

#endif
