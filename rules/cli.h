/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command line of uturn-rules asks for. A struct cli is plain memory. */
#ifndef UTURN_RULES_CLI_H
#define UTURN_RULES_CLI_H

#include <stdbool.h>

#include "backend.h"
#include "config/config_types.h"
#include "plan.h"

enum operation { OPERATION_NONE, PRINT, APPLY, KEEP, REMOVE, CHECK, STATUS };

struct cli {
	enum operation operation;
	bool only4, only6; /* neither: both families */
	bool shell;
	enum backend_kind backend;
	struct plan plan;
	char control[CONFIG_PATH_SIZE]; /* socket of uturnd, by --config; "" without */
};

/* Is this family (4 or 6) selected? */
static inline bool cli_wants(const struct cli *c, int family)
{
	return family == 4 ? !c->only6 : !c->only4;
}

#endif
