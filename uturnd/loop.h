/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's one thread: its worker turns probes in there, and beside it are
 * heard the operator (control socket, signals) and the service manager.
 */
#ifndef UTURN_LOOP_H
#define UTURN_LOOP_H

#include <stddef.h>

#include "config.h"

struct loop;

/*
 * Opens everything that needs privileges, or nothing: 0, or a negative errno
 * with words for the operator in why. path is borrowed, for reloads.
 */
int loop_open(struct loop **made, const struct config *config, const char *path, char *why, size_t why_size);
void loop_close(struct loop *l);

/* Runs until SIGTERM or SIGINT. */
void loop_run(struct loop *l);

#endif
