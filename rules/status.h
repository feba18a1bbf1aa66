/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints packets per hop from the counters of the loaded rules, and the state
 * of the queues. Returns the exit status.
 */
#ifndef UTURN_RULES_STATUS_H
#define UTURN_RULES_STATUS_H

#include "cli.h"

int status_run(const struct cli *c);

#endif
