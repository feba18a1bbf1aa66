/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of options, which parser and help (cli_parse.c) walk, and the setter of each.
 */
#ifndef UTURN_RULES_CLI_OPTIONS_H
#define UTURN_RULES_CLI_OPTIONS_H

#include "cli.h"

/* An option as it was given, for its setter. */
struct cli_given {
	const char *option, *value;
	const char *choices; /* as in the help */
	char *why;
	size_t why_size;
};

struct cli_option {
	const char *name, *value; /* value NULL: the option has none */
	int (*set)(struct cli *c, const struct cli_given *g); /* NULL: help and version, handled before */
	const char *help;
	char letter; /* 0: none */
	bool is_first; /* set before all others, which take precedence */
};

enum { CLI_OPTIONS = 21 };

extern const struct cli_option cli_options[CLI_OPTIONS];

/* Writes "--option: message" to g->why and returns -1. */
int cli_wrong(const struct cli_given *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
