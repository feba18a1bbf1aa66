/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applies the rules, or removes them; both return the exit status, after an
 * error message where it is not 0.
 *
 * One transaction per family. Where the second family fails, the first is
 * restored, so that nothing is half done.
 */
#ifndef UTURN_RULES_APPLY_H
#define UTURN_RULES_APPLY_H

#include "cli.h"

int apply_run(const struct cli *c);
int remove_run(const struct cli *c);

#endif
