/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for all paths in one direction: which probe is due, and what the
 * answers mean. No packets here, no clock and no heap: times are the caller's,
 * in ns, and so is the memory.
 *
 * The caller asks search_next() until it says wait or done, sends what it is
 * told to, and tells of every answer. A search that is done goes on if a late
 * answer brings something new, so it is asked again after every answer.
 * Both directions are a search each; probes differ only in how they are sent.
 */
#ifndef UTURN_TRACE_SEARCH_SEARCH_H
#define UTURN_TRACE_SEARCH_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* Defaults for all settings but the rate, which is not the search's own. */
struct search_settings search_defaults(void);

/* The settings are copied; what they point to stays the caller's and lives as long as the search. */
void search_init(struct search *s, const struct search_settings *settings);

/* Balancers in the other direction: the bound is that of the whole graph. True: that has changed what is to be done. */
bool search_set_balancers_elsewhere(struct search *s, unsigned balancers);

/* Offsets of the settings have become known; is_all: no more of them will. */
void search_on_offsets(struct search *s, bool is_all);

enum search_step { SEARCH_WAIT, SEARCH_SEND, SEARCH_DONE };

struct search_action {
	enum search_step step;
	uint64_t until_ns; /* SEARCH_WAIT: ask again then, or after an answer */
	uint32_t id; /* SEARCH_SEND: of s->probes[], which holds flow, hop, ttl and attempt */
};

/* What is to be done now. A probe counts as sent at now_ns. */
struct search_action search_next(struct search *s, uint64_t now_ns);

/* The system refused to send it for now: it is as if it had never been asked for. Only for the last probe. */
void search_on_refusal(struct search *s, uint32_t id);

/*
 * A probe that left for another reason: from now on it is as if search_next() had
 * asked for it. Returns its id, or -1: that hop of the flow needs none.
 */
int64_t search_adopt(struct search *s, unsigned flow, unsigned hop, uint64_t sent_ns);

/* The answer to it says nothing of its hop: it is asked again at once, if it may be. */
void search_on_void(struct search *s, uint32_t id);

enum search_verdict {
	SEARCH_FRESH,
	SEARCH_LATE, /* counts as well */
	SEARCH_DUPLICATE, /* counted with its probe; nothing else changes */
	SEARCH_FOREIGN, /* there is no such probe */
};

enum search_verdict search_on_answer(struct search *s, uint64_t now_ns, uint32_t id,
	const struct search_answer *answer);

/* The id of a probe by flow, hop and attempt (1..), or -1. */
int64_t search_find(const struct search *s, unsigned flow, unsigned hop, unsigned attempt);

/*
 * Ends the search for paths, whatever was still planned, and its deadline: only
 * sweeps are sent from now on. No router is taken for limited any more: it is
 * the caller's part to sweep once a second and not more often.
 */
void search_rest(struct search *s);

/*
 * Asks a flow once at all its hops but those that are limited; what was lost is
 * counted in s->loss when all is over. False: not now, since the flow is not
 * known, is being swept, or too many are.
 */
bool search_sweep(struct search *s, unsigned flow);

/*
 * Forgets all probes but not what they have shown, so that a search that sweeps
 * for days does not run out of places. False: not now, since some are out.
 */
bool search_forget_probes(struct search *s);

/* Is the target reached by any flow? */
bool search_is_reached(const struct search *s);

/* The probability that anything is missed, as far as the search has come, and all its settings allow; 0..1. */
double search_bound(const struct search *s);

/* Was anything cut off: by the deadline, or because the memory is full? */
bool search_is_cut_off(const struct search *s);

/* The highest hop of any flow. */
unsigned search_last_hop(const struct search *s);

#endif
