/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uturn-rules keep`: applies the rules and keeps them, in the foreground, until
 * SIGTERM or SIGINT takes them away again. SIGHUP, and a reload of uturnd, read --config again.
 * Returns the exit status.
 */
#ifndef UTURN_RULES_KEEP_H
#define UTURN_RULES_KEEP_H

struct cli;

/* The command line again, for the file that it names. Its families are those of c. */
int keep_run(const struct cli *c, int argc, char **argv);

#endif
