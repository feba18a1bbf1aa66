/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of uturn-rules, and --config FILE underneath it.
 *
 * One table of options (cli_options.h) serves parser, --help and the test
 * that every option is in the manual.
 */
#ifndef UTURN_RULES_CLI_PARSE_H
#define UTURN_RULES_CLI_PARSE_H

#include <stddef.h>

struct cli;

/* What is left to do after cli_parse(). */
enum cli_next { CLI_RUN, CLI_HELP, CLI_VERSION, CLI_WRONG };

/* CLI_WRONG comes with why filled in. An option on the command line takes precedence over --config. */
enum cli_next cli_parse(struct cli *c, int argc, char **argv, char *why, size_t why_size);

/* Prints the usage on standard output. */
void cli_help(void);

#endif
