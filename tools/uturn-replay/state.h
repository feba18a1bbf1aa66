/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A replay under way, for the files that run its statements: replay.c has the
 * events, expect.c the expectations.
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
	const struct statement *now; /* the statement that is run */
	bool is_printed; /* the script expects nothing, it is a recording to be made */
	bool is_stale; /* settings changed since the engine was told */
	bool has_failed;
	struct engine engine;
	void *memory; /* the engine's; NULL before the first event */
	uint64_t now_ns;
	struct outcomes outcomes; /* of the last event */
	size_t told; /* outcomes that a `reason` has named */
	unsigned event_line;
};

enum verdict { RIGHT, WRONG, UNREADABLE };

/* Both complain with FILE:LINE and return their own verdict. */
enum verdict replay_wrong(struct replay *r, const char *expected, const char *got);
enum verdict replay_unreadable(struct replay *r, const char *words);

/* The packet of a statement, cut to its exact length on the heap; {NULL, 0} after a complaint. */
struct span replay_packet(const struct script *script, const struct statement *s);

enum verdict expect_reason(struct replay *r);
enum verdict expect_packet(struct replay *r);
enum verdict expect_act(struct replay *r);
enum verdict expect_counter(struct replay *r);
enum verdict expect_flights(struct replay *r);

#endif
