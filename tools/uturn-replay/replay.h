/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a script's events through an engine of its own and compares what
 * happens with what the script expects. A script that expects nothing is
 * printed with what happened written in.
 */
#ifndef UTURN_REPLAY_REPLAY_H
#define UTURN_REPLAY_REPLAY_H

#include <stdbool.h>

#include "script.h"
#include "settings.h"

/*
 * False where something differed or could not be read; "FILE:LINE: words" is
 * on stderr then. Lines of the script come and go in settings.
 */
bool replay_run(const struct script *script, struct settings *settings);

/* Prints the script's packets, one a line: "FILE:LINE: word hexadecimal". */
bool replay_print_bytes(const struct script *script);

#endif
