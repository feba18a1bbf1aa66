/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clients of the control socket: a table of fixed size. If it is full a new
 * client evicts the least recently active one that neither watches nor is held
 * for further lines; there are always such clients, since both are limited to
 * fewer than all slots. The order of activity is counted, no clock is read.
 */
#ifndef UTURN_IO_CONTROL_SLOTS_H
#define UTURN_IO_CONTROL_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/control_client.h"

enum { WATCHERS = 16, HELD = 256, SLOTS = WATCHERS + HELD + 16 };

struct control_slots {
	uint64_t clock; /* activities of all clients so far */
	unsigned watched; /* clients that watch */
	unsigned followed; /* those of them that hear of reloads alone */
	unsigned held; /* clients that wait for further lines */
	struct control_client clients[SLOTS];
	struct control_client_room rooms[SLOTS]; /* zero pages until they are used */
};

void control_slots_init(struct control_slots *s);
void control_slots_done(struct control_slots *s);

/* Returns the slot of a new client, and takes fd; *is_crowded: another client was evicted, and told so. */
struct control_client *control_slots_take(struct control_slots *s, int fd, bool *is_crowded);
/* The client has sent or read something. */
void control_slots_active(struct control_slots *s, struct control_client *k);

/*
 * Makes it a watcher, of all events or of reloads alone, evicting one that does not read if there are too many.
 * Returns false if all of them read.
 */
bool control_slots_watch(struct control_slots *s, struct control_client *k, bool is_following);
/* Holds it for further lines, or no longer. Returns false if too many are held. */
bool control_slots_hold(struct control_slots *s, struct control_client *k, bool is_held);
/* Closes the connection; the slot is free. */
void control_slots_free(struct control_slots *s, struct control_client *k);

#endif
