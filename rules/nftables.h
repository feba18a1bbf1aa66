/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table inet uturn in this network namespace, by libnftables: read and replaced as a whole.
 *
 * Whatever fails returns -1 with an error message, remedy included, in why (BACKEND_WHY_SIZE bytes).
 */
#ifndef UTURN_RULES_NFTABLES_H
#define UTURN_RULES_NFTABLES_H

#include <stdbool.h>

#include "ruleset.h"

enum nftables_form { NFTABLES_TEXT, NFTABLES_TERSE /* without elements of sets */, NFTABLES_JSON };

/* Is there the table? Returns 1, 0 or -1. */
int nftables_exists(char *why);

/* Runs commands, in one transaction. *out (or NULL): what they print, the caller's to free. */
int nftables_run(const char *commands, enum nftables_form form, char **out, char *why);

/* The table without the elements of its sets and values of counters, as lines; nothing where there is none. */
int nftables_read(struct ruleset *live, char *why);

/* "set NAME {..}" with its elements, as it is listed; NULL without one. The caller frees it. */
char *nftables_set(const char *name);

/*
 * The text of a table as lines that can be compared: "chain: rule", "set: its type". Returns 0 or -ENOMEM;
 * ruleset_done() frees them.
 */
int nftables_lines(struct ruleset *r, const char *text);

#endif
