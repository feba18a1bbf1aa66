/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a running replay, for the files that run its statements:
 * replay.c (events) and expect.c (expectations).
 */
#ifndef UTURN_REPLAY_STATE_H
#define UTURN_REPLAY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "outcome.h"
#include "script.h"
#include "settings.h"

struct replay {
	const struct script *script;
	struct settings *settings;
	const struct statement *now; /* the current statement */
	bool is_printed; /* the script has no expectations: print the recording */
	bool is_stale; /* settings changed since engine_configure() */
	bool has_failed;
	struct engine engine;
	void *memory; /* the engine's; NULL before the first event */
	uint64_t now_ns;
	struct outcomes outcomes; /* of the last event */
	size_t told; /* outcomes that a `reason` has compared */
	unsigned event_line;
};

enum verdict { RIGHT, WRONG, UNREADABLE };

/* Both print "FILE:LINE: message" and return WRONG and UNREADABLE. */
enum verdict replay_wrong(struct replay *r, const char *expected, const char *got);
enum verdict replay_unreadable(struct replay *r, const char *words);

/* The packet of a statement, of exact length on the heap, for the caller to free; {NULL, 0} after an error message. */
struct span replay_packet(const struct script *script, const struct statement *s);

/* Compare the outcome of the last event with the current statement. */
enum verdict expect_reason(struct replay *r);
enum verdict expect_packet(struct replay *r);
enum verdict expect_act(struct replay *r);
enum verdict expect_counter(struct replay *r);
enum verdict expect_flights(struct replay *r);

#endif
