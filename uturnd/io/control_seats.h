/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sits at the control socket: a fixed table, never full for a newcomer.
 * Whoever has been silent longest gives way to it; those who watch stay, and
 * for that are at most half. Time is counted in what clients do, so no clock
 * is read.
 */
#ifndef UTURN_IO_CONTROL_SEATS_H
#define UTURN_IO_CONTROL_SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/control_client.h"

enum { SEATS = 32, WATCHERS = 16 };

struct seats {
	uint64_t clock;
	struct client clients[SEATS];
};

void seats_init(struct seats *s);
void seats_done(struct seats *s);

/* A seat for a new client, who gets fd; *is_crowded: another one was told so and had to go. */
struct client *seats_take(struct seats *s, int fd, bool *is_crowded);
/* The client said or took something. */
void seats_active(struct seats *s, struct client *k);

/* It watches from now on; false where too many do. Of those, one who does not read has to go. */
bool seats_watch(struct seats *s, struct client *k);
unsigned seats_watched(const struct seats *s);

#endif
