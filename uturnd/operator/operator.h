/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operator asks of a running daemon, by signal or by the control
 * socket: its status, and to reload its configuration.
 */
#ifndef UTURN_OPERATOR_OPERATOR_H
#define UTURN_OPERATOR_OPERATOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct deny_list;
struct workers_sum;

/*
 * Reads the configuration again (path NULL: the default file). Returns false if
 * it is wrong, with words in why and in the log; *config is unchanged then.
 * denied: the files of deny-file, read again; the caller's to free where the
 * answer is true. Keywords that only a restart can change keep their values, and are added to
 * the array fixed (or NULL).
 */
bool operator_reload(struct config *config, const char *path, struct deny_list *denied, json_t *fixed, char *why,
	size_t why_size);

/* Returns a new reference. traces: of TCP connections, running now; warnings: a reference that is stolen. */
json_t *operator_status(const struct workers_sum *sum, const struct config *c, unsigned traces, const char *path,
	uint64_t uptime_ns, json_t *warnings);

#endif
