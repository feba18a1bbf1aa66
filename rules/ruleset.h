/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of the raw, nat and mangle table that are ours, and the change from one set to another.
 *
 * Ours are the chains UTURN and UTURN-*, and the rules of PREROUTING, INPUT and
 * OUTPUT that jump to them. Everything else is only counted, so that remove knows whether a
 * table is empty without our rules. A ruleset owns its text; ruleset_done() frees it.
 */
#ifndef UTURN_RULES_RULESET_H
#define UTURN_RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The order of changes: nothing is queued before its answers are kept out of conntrack and it is kept from translation. */
enum ruleset_table { RULESET_RAW, RULESET_NAT, RULESET_MANGLE, RULESET_TABLES };

extern const char *const ruleset_tables[RULESET_TABLES]; /* their names */

struct table {
	char **line; /* ":UTURN", "-A INPUT .. -j UTURN", "-A UTURN .." */
	size_t count;
	bool exists; /* whoever created it */
	bool is_ours; /* apply created it: the marker chain is there */
	size_t foreign; /* rules, chains and policies of others */
};

struct ruleset {
	char *text;
	struct table table[RULESET_TABLES];
};

/* Reads the text of iptables-save or plan_write(), with or without counters. Returns 0 or -ENOMEM. */
int ruleset_read(struct ruleset *r, const char *text);
void ruleset_done(struct ruleset *r);

/* Is this, up to its end or the first blank, the name of one of our chains? */
bool ruleset_is_our_chain(const char *name);

/* Lines of ours, in all tables. */
size_t ruleset_count(const struct ruleset *r);
/* Is there anything that remove has to take away? */
bool ruleset_is_empty(const struct ruleset *r);
bool ruleset_equal(const struct ruleset *a, const struct ruleset *b);

/* Writes "missing: LINE" and "unexpected: LINE" in the order of the tables; returns how many. */
size_t ruleset_diff(const struct ruleset *want, const struct ruleset *live, FILE *out);

/*
 * Writes the transactions, one a table, for iptables-restore --noflush that turn
 * live into want; an empty want removes. A table that did not exist is given the
 * marker that it was created by us; removing always takes the marker away.
 */
void ruleset_change(const struct ruleset *live, const struct ruleset *want, FILE *out);

#endif
