/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules as text for people: restore format with a comment before each kind
 * of chain, or the same as shell commands. Reads nothing of the system.
 */
#ifndef UTURN_RULES_PRINT_H
#define UTURN_RULES_PRINT_H

#include <stdio.h>

#include "cli.h"

/* The text of plan_write() as one string for the caller to free; NULL without memory. */
char *print_plan(const struct plan *p, int family);

/* Writes those of one family. Returns 0, or 1 without memory. */
int print_rules(const struct plan *p, int family, bool shell, FILE *out);

/* Prints to standard output. Returns the exit status. */
int print_run(const struct cli *c);

#endif
