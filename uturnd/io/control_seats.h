/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sits at the control socket: a fixed table, never full for a newcomer.
 * Whoever has been silent longest gives way to it; those who watch, or wait
 * for lines of their own, stay, and for that are not all. Time is counted in
 * what clients do, so no clock is read.
 */
#ifndef UTURN_IO_CONTROL_SEATS_H
#define UTURN_IO_CONTROL_SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/control_client.h"

enum { WATCHERS = 16, HELD = 256, SEATS = WATCHERS + HELD + 16 };

struct seats {
	uint64_t clock;
	unsigned watched; /* clients that watch */
	unsigned held;
	struct client clients[SEATS];
	struct client_room rooms[SEATS]; /* zero pages until they are used */
};

void seats_init(struct seats *s);
void seats_done(struct seats *s);

/* A seat for a new client, who gets fd; *is_crowded: another one was told so and had to go. */
struct client *seats_take(struct seats *s, int fd, bool *is_crowded);
/* The client said or took something. */
void seats_active(struct seats *s, struct client *k);

/* It watches from now on; false where too many do. Of those, one who does not read has to go. */
bool seats_watch(struct seats *s, struct client *k);
/* It waits for lines of its own from now on, or no longer; false where too many do. */
bool seats_hold(struct seats *s, struct client *k, bool is_held);
/* The client is gone. */
void seats_free(struct seats *s, struct client *k);

#endif
