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

#include <signal.h>
#include <sys/types.h>

#include "cli.h"

int apply_run(const struct cli *c);
int remove_run(const struct cli *c);

/*
 * Blocks the signals that end or reload the program, and returns them: one between two families
 * would leave one changed and one not. SIGKILL still works.
 */
sigset_t apply_hold_signals(void);

/*
 * Applies the rules of one family, want, to whatever is loaded by now. *changer: the process that changed the tables, 0
 * where none did. Returns 0, or -1 with an error message in why (BACKEND_WHY_SIZE).
 */
int apply_again(const struct backend *b, const struct plan *plan, const struct ruleset *want, pid_t *changer,
	char *why);

#endif
