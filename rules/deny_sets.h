/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ipsets of --deny-set, which others create and fill: asks ipset(8) for their families.
 */
#ifndef UTURN_RULES_DENY_SETS_H
#define UTURN_RULES_DENY_SETS_H

#include <stddef.h>

struct cli;
struct plan_deny;

/*
 * Every set that the plan names must exist and hold addresses, one at least of a family that is
 * selected. Sets their families. Returns 0, or -1 after an error message on standard error; what a
 * family lacks is a warning there. Changes nothing of the system.
 */
int deny_sets_find(struct cli *c);

/* Sets the family from what `ipset list -terse NAME` says. Returns 0, or -1 with why. */
int deny_sets_parse(struct plan_deny *set, const char *text, char *why, size_t why_size);

#endif
