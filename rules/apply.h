/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts the plan in place, or takes it away; both return the exit code.
 *
 * One transaction a family. Where the second family fails, the first goes
 * back to what it was, so that nothing is half done.
 */
#ifndef UTURN_RULES_APPLY_H
#define UTURN_RULES_APPLY_H

#include "cli.h"

int apply_run(const struct cli *c);
int remove_run(const struct cli *c);

#endif
