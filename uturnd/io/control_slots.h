/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sits at the control socket: a fixed table, never full for a newcomer.
 * Whoever has been silent longest gives way to it; those who watch, or wait
 * for lines of their own, stay, and for that are not all. Time is counted in
 * what clients do, so no clock is read.
 */
#ifndef UTURN_IO_CONTROL_SLOTS_H
#define UTURN_IO_CONTROL_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/control_client.h"

enum { WATCHERS = 16, HELD = 256, SLOTS = WATCHERS + HELD + 16 };

struct slots {
	uint64_t clock;
	unsigned watched; /* clients that watch */
	unsigned held;
	struct client clients[SLOTS];
	struct client_room rooms[SLOTS]; /* zero pages until they are used */
};

void slots_init(struct slots *s);
void slots_done(struct slots *s);

/* A slot for a new client, who gets fd; *is_crowded: another one was told so and had to go. */
struct client *slots_take(struct slots *s, int fd, bool *is_crowded);
/* The client said or took something. */
void slots_active(struct slots *s, struct client *k);

/* It watches from now on; false where too many do. Of those, one who does not read has to go. */
bool slots_watch(struct slots *s, struct client *k);
/* It waits for lines of its own from now on, or no longer; false where too many do. */
bool slots_hold(struct slots *s, struct client *k, bool is_held);
/* The client is gone. */
void slots_free(struct slots *s, struct client *k);

#endif
