/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace that goes on: after the search one sweep a second, on a terminal,
 * with keys.
 */
#ifndef UTURN_TRACE_LIVE_H
#define UTURN_TRACE_LIVE_H

#include "live_setting.h"

/* Returns the exit status of the program, after an error message if need be. */
int live(const struct live_setting *setting);

#endif
