/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operator may ask of a running daemon, by signal or by the control
 * socket: what it does, and to read its configuration again.
 */
#ifndef UTURN_OPERATOR_H
#define UTURN_OPERATOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct engine;

/*
 * Reads the configuration again (path NULL: the default file). A wrong one is
 * refused with words in why, and the old one stays; what is fixed at the start
 * stays either way.
 */
bool operator_reload(struct engine *e, const char *path, char *why, size_t why_size);

/* A new reference, or NULL with *why lent until the next call. */
json_t *operator_answer(struct engine *e, const char *path, uint64_t uptime_ns, const char *op, const char **why);

#endif
