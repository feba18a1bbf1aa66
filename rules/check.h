/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the planned rules with those loaded and prints the differences.
 * Returns the exit status: 0 equal, 1 different or unreadable.
 */
#ifndef UTURN_RULES_CHECK_H
#define UTURN_RULES_CHECK_H

#include "cli.h"

int check_run(const struct cli *c);

#endif
