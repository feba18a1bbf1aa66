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

enum nftables_form {
	NFTABLES_TEXT,
	NFTABLES_JSON, /* without elements of sets */
	NFTABLES_TRIAL, /* the kernel is asked, and nothing is changed */
};

/* Is there the table? Returns 1, 0 or -1. */
int nftables_exists(char *why);

/* Runs commands, in one transaction. *out (or NULL): what they print, the caller's to free. */
int nftables_run(const char *commands, enum nftables_form form, char **out, char *why);

/* The table as lines, see nft_lines.h; nothing where there is none. ruleset_done() frees them. */
int nftables_read(struct ruleset *live, const struct ruleset *want, char *why);

/*
 * The elements of a set as they are listed, "{..}", with the time that is left to each, for the caller to free;
 * NULL where there is no such set, or none in it.
 */
int nftables_elements(const char *set, char **elements, char *why);
/* The same out of what `nft list set` shows. Returns 0 or a negative errno. */
int nftables_elements_of(const char *listed, char **elements);

#endif
