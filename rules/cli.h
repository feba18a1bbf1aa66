/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of uturn-rules, and --config FILE underneath it.
 *
 * One table of options serves parser, --help and the test that every option
 * is in the manual. A struct cli is plain memory.
 */
#ifndef UTURN_RULES_CLI_H
#define UTURN_RULES_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "backend.h"
#include "plan.h"

enum operation { OPERATION_NONE, PRINT, APPLY, REMOVE, CHECK, STATUS };

/* What is left to do after cli_parse(). */
enum cli_next { CLI_RUN, CLI_HELP, CLI_VERSION, CLI_WRONG };

struct cli {
	enum operation operation;
	bool only4, only6; /* neither: both families */
	bool shell;
	enum backend_kind backend;
	struct plan plan;
};

/* CLI_WRONG comes with why filled in. What is named on the command line wins over --config. */
enum cli_next cli_parse(struct cli *c, int argc, char **argv, char *why, size_t why_size);
void cli_help(void);

/* Is this family, 4 or 6, asked for? */
static inline bool cli_wants(const struct cli *c, int family)
{
	return family == 4 ? !c->only6 : !c->only4;
}

#endif
