/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run keeps, for its own files alone: run.c is the loop, run_probes.c
 * sends and reads, run_next.c says what comes next, run_result.c what was found.
 */
#ifndef UTURN_TRACE_RUN_STATE_H
#define UTURN_TRACE_RUN_STATE_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "back_rate.h"
#include "identity.h"
#include "question.h"
#include "reverse.h"
#include "run_sample.h"
#include "search/search.h"
#include "sent.h"
#include "trace_options.h"
#include "wire.h"

/* What an answer to a trial was, until it is known at which hop of the return path. */
struct trial_answer {
	struct answer answer;
	uint64_t at_ns; /* 0: none */
};

enum phase { PHASE_THERE, PHASE_UTURN, PHASE_REQUEST, PHASE_QUESTIONS, PHASE_SWEEP, PHASE_OVER };
enum { RUN_QUESTIONS = 4 };

/* PHASE_SWEEP: one flow a second in each direction, asked at all its hops (run_sweep.c). */
struct run_sweeps {
	uint16_t flows[DIRECTIONS][LOSS_FLOWS]; /* of the searches */
	unsigned counts[DIRECTIONS], next[DIRECTIONS];
	uint64_t due_ns;
	bool is_by_request; /* the return path */
	bool is_paused, is_forgetting; /* is_forgetting: waits until nothing is out */
	int err; /* the wire's, which the sweeps go on after; 0: none in the last second */
	run_swept *swept;
	void *owner; /* of the callback */
};

struct run {
	struct ev_loop *ev;
	const struct trace_options *options;
	const struct aim *aim;
	struct wire *wire;
	struct wire_world world;
	struct identity identity;
	struct reverse reverse;
	struct sent *sent;
	struct search *searches[DIRECTIONS];
	bool is_done[DIRECTIONS];
	struct search_rate rate;
	struct back_rate back_rate; /* a part of rate */
	enum direction turn; /* whose probe is next, where both have one that is due */
	struct trial_answer trials[REVERSE_TRIALS + 1]; /* by flow */
	uint8_t offsets[GRAPH_FLOWS]; /* of the return path's search: the distances that are certain */
	enum phase phase;
	uint64_t began_ns, ended_ns;
	char started[32];
	struct question questions[RUN_QUESTIONS]; /* open ones first */
	unsigned question_count, question_now;
	bool is_plain;
	bool has_no_uturn; /* known by a search of the return path */
	unsigned server_tries;
	bool has_asked_end; /* run_ask_end() */
	uint64_t server_asked_ns;
	struct run_sweeps sweeps;
	int err; /* the wire's, which ended the run */
	uint64_t full_ns; /* since then every index is used: only answers are waited for; 0: not yet */
	bool is_interrupted;
	int timer; /* timerfd: libev's own timers are milliseconds */
	ev_io on_wire, on_timer;
	ev_signal on_interrupt, on_terminate;
};

/* What an error of the wire means to who reads it. */
const char *run_words_of(int err);

/* The callback of the wire. */
void run_tell(void *owner, const struct answer *a, uint64_t at_ns);
/* Sends a probe of this direction's search; false: not for now. */
bool run_send(struct run *r, enum direction d, uint32_t id);
/* Sends a probe of a question; false: not for now. */
bool run_send_question(struct run *r, const struct question_probe *probe);
/* When the searches are done: opens what the options ask for. False: nothing, or no memory. */
bool run_open_questions(struct run *r);
/* Sends what is due of the questions, at most a batch; the last that is done ends the run. */
void run_ask_questions(struct run *r, uint64_t now_ns, uint64_t *wake_ns);
void run_close_questions(struct run *r);

/* Replies of hosts quote nothing: how far the target is, it says of a datagram. */
void run_ask_distance(struct run *r);
/* Is there a server of requests? Asked again while nothing is known, but not for ever. */
void run_ask_server(struct run *r, uint64_t now_ns);
/* Of a server that does not tell how a probe was answered: who answers the one that surely comes to its end? */
void run_ask_end(struct run *r);
/* Nothing is known, and nothing will be. */
bool run_has_no_server(const struct run *r, uint64_t now_ns);

/* Until the run is over, or a signal. */
void run_loop(struct run *r);

/* In PHASE_SWEEP: starts the sweeps that are due. */
void run_begin_sweeps(struct run *r, uint64_t now_ns, uint64_t *wake_ns);
/* A probe of this search was sent, and answered from there. */
void run_on_swept(struct run *r, enum direction d, uint32_t id, const struct addr *from);

bool run_wants(const struct run *r, enum trace_reverse way);
bool run_start_there(struct run *r);
/* Of the first flow, as soon as it is certain; 0: it is not. */
unsigned run_distance(const struct run *r);
/* Takes an answer to a trial that a kernel would not have sent; and gives those that are of the return path to its search. */
void run_keep_trial(struct run *r, const struct answer *a, uint64_t at_ns);
void run_adopt_trials(struct run *r);
/* After every round: starts the return path, or ends the run. True: there may be more to send at once. */
bool run_decide(struct run *r, uint64_t now_ns);

#endif
