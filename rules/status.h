/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets per hop from the live counters, and whether anybody listens. Returns the exit code. */
#ifndef UTURN_RULES_STATUS_H
#define UTURN_RULES_STATUS_H

#include "cli.h"

int status_run(const struct cli *c);

#endif
