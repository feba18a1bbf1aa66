/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the events of a script through an engine of its own and compares the
 * outcomes with those that the script expects. A script without expectations
 * is printed with the outcomes added.
 */
#ifndef UTURN_REPLAY_REPLAY_H
#define UTURN_REPLAY_REPLAY_H

#include <stdbool.h>

#include "script.h"
#include "settings.h"

/*
 * False where something differed or could not be read, after "FILE:LINE:
 * message" on standard error. Settings of the script are in *settings until
 * it returns.
 */
bool replay_run(const struct script *script, struct settings *settings);

/* Prints the packets of the script, one per line: "FILE:LINE: word hexadecimal". False as above. */
bool replay_print_bytes(const struct script *script);

#endif
