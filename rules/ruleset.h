/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a mangle table that are ours, and the change from one set to another.
 *
 * Ours are the chains UTURN and UTURN-*, and the rules of INPUT that jump to
 * UTURN. Everything else is only counted, so that remove knows whether a
 * table is empty without our rules. A ruleset owns its text; ruleset_done() frees it.
 */
#ifndef UTURN_RULES_RULESET_H
#define UTURN_RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ruleset {
	char *text;
	char **line; /* ":UTURN", "-A INPUT .. -j UTURN", "-A UTURN .." */
	size_t count;
	bool has_table; /* there is a mangle table, whoever created it */
	bool is_table_ours; /* apply created it: the marker chain is there */
	size_t foreign; /* rules, chains and policies of others */
};

/* Reads the text of iptables-save or plan_write(), with or without counters. Returns 0 or -ENOMEM. */
int ruleset_read(struct ruleset *r, const char *text);
void ruleset_done(struct ruleset *r);

bool ruleset_equal(const struct ruleset *a, const struct ruleset *b);

/* Writes "missing: LINE" and "unexpected: LINE" in the order of the table; returns how many. */
size_t ruleset_diff(const struct ruleset *want, const struct ruleset *live, FILE *out);

/*
 * Writes the transaction for iptables-restore --noflush that turns live into
 * want; an empty want removes. With mark_table it also leaves the marker that
 * the table was created by us; removing always takes the marker away.
 */
void ruleset_change(const struct ruleset *live, const struct ruleset *want, bool mark_table, FILE *out);

#endif
