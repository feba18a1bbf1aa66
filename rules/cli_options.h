/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of options: what parser and help of cli.c walk, and how each is set.
 */
#ifndef UTURN_RULES_CLI_OPTIONS_H
#define UTURN_RULES_CLI_OPTIONS_H

#include "cli.h"

/* What a setter needs to know about the option it sets. */
struct given {
	const char *option, *value;
	const char *choices; /* as the help has them */
	char *why;
	size_t why_size;
};

struct cli_option {
	const char *name, *value; /* value NULL: takes none */
	int (*set)(struct cli *c, const struct given *g); /* NULL: help and version, seen first */
	const char *help;
	char letter; /* 0: none */
	bool is_first; /* set before all others: what they say wins */
};

enum { CLI_OPTIONS = 18 };

extern const struct cli_option cli_options[CLI_OPTIONS];

/* Fills g->why with "--option: words" and returns -1. */
int cli_wrong(const struct given *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
