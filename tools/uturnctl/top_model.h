/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `uturnctl top` knows: the answers of uturnd (uturn-control(7)) as plain
 * memory, and rates from the difference of two of them. Pure: time is an
 * argument, in nanoseconds of a monotonic clock.
 *
 * Answers are cut to what there is room for. What is missing in them, or of
 * another type, is unknown: 0, "" or negative, as each field says.
 */
#ifndef UTURNCTL_TOP_MODEL_H
#define UTURNCTL_TOP_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	TOP_TRACES = 256,
	TOP_PROBERS = 256, /* whose last round-trip time is remembered */
	TOP_EVENTS = 64,
	TOP_HOPS = 64,
	TOP_ADDR_SIZE = 46,
	TOP_WORD_SIZE = 16,
	TOP_TEXT_SIZE = 256,
};

struct top_trace {
	json_int_t id;
	char prober[TOP_ADDR_SIZE], target[TOP_ADDR_SIZE], frontend[TOP_WORD_SIZE], protocol[TOP_WORD_SIZE];
	unsigned ttl; /* of its last probe; 0: unknown */
	unsigned answered, silent; /* hops of the return path */
	double age_s; /* since that probe; negative: unknown */
	double last_ms; /* round-trip time of the last answer that was relayed to this prober; negative: unknown */
};

struct top_rates {
	double probes, turned, relayed; /* a second; negative: not known yet */
};

struct top_model {
	bool is_up;
	char why[TOP_TEXT_SIZE]; /* it is not, or why there are no traces; "": no reason */
	char version[TOP_WORD_SIZE], queue[TOP_WORD_SIZE];
	double uptime_s; /* the rest: negative where unknown */
	double draining_s; /* or where it is not drained */
	double flights, capacity, probers;
	struct top_rates rates;
	uint64_t counted[3], counted_ns; /* the sums behind the rates, and when; 0: not yet */
	char rules[TOP_TEXT_SIZE], queues[TOP_TEXT_SIZE]; /* of this host */
	bool are_rules_bad, are_queues_bad;
	struct top_trace traces[TOP_TRACES];
	unsigned trace_count;
	char events[TOP_EVENTS][TOP_TEXT_SIZE]; /* a ring: the number of the next one modulo its size */
	uint64_t event_count;
	struct {
		char prober[TOP_ADDR_SIZE];
		double ms;
	} last[TOP_PROBERS];
	unsigned last_next; /* the one that is replaced next */
	/* of the trace that is shown hop by hop */
	json_int_t shown; /* its id; 0: none */
	bool is_shown_known;
	struct top_trace of_shown;
	struct top_hop {
		unsigned ttl;
		char text[TOP_TEXT_SIZE]; /* routers and their times */
	} hops[TOP_HOPS];
	unsigned hop_count;
};

void top_model_init(struct top_model *m);
void top_model_status(struct top_model *m, const json_t *status);
void top_model_counters(struct top_model *m, const json_t *counters, uint64_t now_ns);
void top_model_traces(struct top_model *m, const json_t *answer);
void top_model_hops(struct top_model *m, const json_t *answer);
void top_model_event(struct top_model *m, const json_t *event, const char *time);
/* state.json of uturn-rules keep, or NULL; the text of nfnetlink_queue, or NULL; after the status, which names the queues. */
void top_model_host(struct top_model *m, const json_t *rules, const char *queues);
/* uturnd does not answer. What was known stays, but for what goes on. */
void top_model_down(struct top_model *m, const char *why);

#endif
