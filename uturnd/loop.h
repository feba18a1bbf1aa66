/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop of the main process: runs the first worker, serves the
 * operator (control socket, signals), sends the watchdog keep-alive to the
 * service manager, and supervises the other workers.
 */
#ifndef UTURN_LOOP_H
#define UTURN_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct peers;
struct workers;
struct loop;

/*
 * Opens everything that needs privileges. Returns 0, or a negative errno with
 * words in why and nothing left open. workers, peers (NULL: none) and path are
 * borrowed until loop_close(), config is copied.
 */
int loop_open(struct loop **made, struct workers *workers, struct peers *peers, const struct config *config,
	const char *path, char *why, size_t why_size);
void loop_close(struct loop *l); /* l may be NULL */

/* Runs until SIGTERM or SIGINT, or returns false if a worker has ended. */
bool loop_run(struct loop *l);

#endif
