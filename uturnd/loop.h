/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that speaks for all workers: the first one works here, and
 * beside it are heard the operator (control socket, signals), the service
 * manager and the rest of the workers.
 */
#ifndef UTURN_LOOP_H
#define UTURN_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct workers;
struct loop;

/*
 * Opens everything that needs privileges, or nothing: 0, or a negative errno
 * with words for the operator in why. workers and path are borrowed.
 */
int loop_open(struct loop **made, struct workers *workers, const struct config *config, const char *path, char *why,
	size_t why_size);
void loop_close(struct loop *l); /* l may be NULL */

/* Runs until SIGTERM or SIGINT; false: until a worker has ended. */
bool loop_run(struct loop *l);

#endif
