/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan for a reader: restore format with a word before each kind of chain,
 * or the same as shell commands. Nothing of the system is asked.
 */
#ifndef UTURN_RULES_PRINT_H
#define UTURN_RULES_PRINT_H

#include "cli.h"

/* The plan's text as one string, the caller's to free; NULL without memory. */
char *print_plan(const struct plan *p, int family);

/* Returns the exit code. */
int print_run(const struct cli *c);

#endif
