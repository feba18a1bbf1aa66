/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses are of one router. The evidence, of pairs of addresses that
 * may be one by where they were met (the caller's candidates):
 *
 * - a router names the address of an interface of its own (RFC 5837);
 * - a closed port of one address is reported from the other, or both from a
 *   third. A packet that was sent with the TTL that just suffices has to be
 *   reported so as well: a firewall in front would have said that it expired;
 * - both addresses draw their IPv4 ids from one counter: all ids lie in the
 *   order in which the probes were answered, and closer than those of two
 *   counters would by chance.
 *
 * Whoever answers may lie. So a pair is one router only where nothing speaks
 * against it: neither of this pair nor of any two in the group that it joins.
 *
 * No packets here, no clock and no heap, as in search.h: times are in ns.
 */
#ifndef UTURN_TRACE_SEARCH_ALIAS_H
#define UTURN_TRACE_SEARCH_ALIAS_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

enum {
	ALIAS_ADDRESSES = 96,
	ALIAS_PAIRS = 1024,
	ALIAS_PROBES = 200,
	ALIAS_SAMPLES = 64, /* of one address */
	ALIAS_SET = 16,
	ALIAS_TTL = 64, /* of a probe to an address whose distance is not known */
};

struct alias_sample {
	uint64_t sent_ns, at_ns; /* the id was drawn in between */
	uint16_t id;
};

enum alias_counter { ALIAS_NOT_KNOWN, ALIAS_COUNTS, ALIAS_NO_COUNTER };

struct alias_address {
	struct addr addr;
	struct addr source; /* that a closed port was reported from; family 0: nothing was */
	uint8_t distance; /* TTL that just suffices; 0: not known */
	uint8_t asked; /* without an answer so far */
	bool is_answered;
	bool is_confirmed; /* reported with that TTL as well */
	bool is_strange; /* with that TTL it was not: who answers is in front of it */
	bool is_confirm_due;
	uint8_t sample_count;
	struct alias_sample samples[ALIAS_SAMPLES];
	uint16_t group; /* of alias_resolve() */
};

enum alias_verdict { ALIAS_OPEN, ALIAS_SAME, ALIAS_DIFFERENT, ALIAS_UNKNOWN };

/* Candidates; also pairs that are known not to be one router. */
struct alias_pair {
	uint16_t a, b;
	uint8_t verdict; /* enum alias_verdict: of the ids */
	bool is_claimed, is_apart; /* one names the other; they are known to be two */
	bool was_asked; /* in a set */
};

struct alias_sent {
	uint16_t address;
	uint8_t ttl;
	bool is_answered, is_confirm;
	uint64_t sent_ns;
};

struct alias {
	bool has_ids; /* IPv4 */
	uint64_t timeout_ns;
	unsigned address_count, pair_count, probe_count;
	uint64_t free_ns;
	uint16_t set[ALIAS_SET]; /* addresses that are asked in turn */
	unsigned set_count, round, step; /* step: probes of the round */
	struct alias_address addresses[ALIAS_ADDRESSES];
	struct alias_pair pairs[ALIAS_PAIRS];
	struct alias_sent sent[ALIAS_PROBES];
};

struct alias_probe {
	uint32_t reference;
	uint16_t address;
	uint8_t ttl;
};

struct alias_answer {
	struct addr from;
	bool is_closed_port; /* Port Unreachable, and no other answer */
	uint8_t distance; /* hops, by the TTL that is quoted; 0: not quoted */
	uint16_t id; /* 0: says nothing */
};

enum alias_step { ALIAS_WAIT, ALIAS_SEND, ALIAS_DONE };

void alias_init(struct alias *a, bool has_ids, uint64_t timeout_ns);
/* The index of the address, new or known; -1: there is no place. */
int alias_add(struct alias *a, const struct addr *addr);
/* These may be one router, or are known to be two (is_apart). */
void alias_pair(struct alias *a, unsigned one, unsigned other, bool is_apart);
/* A router that answers as `one` says that this address is its own. */
void alias_claim(struct alias *a, unsigned one, const struct addr *other);

/* A probe is a UDP datagram to a closed port. It counts as sent at now_ns; ALIAS_WAIT sets *until_ns. */
enum alias_step alias_next(struct alias *a, uint64_t now_ns, struct alias_probe *p, uint64_t *until_ns);
/* The last probe was not sent. */
void alias_on_refusal(struct alias *a, uint32_t reference);
void alias_on_answer(struct alias *a, uint64_t at_ns, uint32_t reference, const struct alias_answer *answer);

/* Are closed ports of both reported from one address, and by its router? */
bool alias_is_source_shared(const struct alias_address *one, const struct alias_address *other);

/*
 * Sets the group of each address: the least index in it, its own where it is
 * alone. Addresses that are claimed and were not added are in no group.
 */
void alias_resolve(struct alias *a);

/* What the ids of both say, as far as they are known; is_whole: nothing more will be asked. */
enum alias_verdict alias_compare(const struct alias_address *a, const struct alias_address *b, bool is_whole);
/* Do the ids of this address count, in the order of time? */
enum alias_counter alias_counts(const struct alias_address *a);

#endif
