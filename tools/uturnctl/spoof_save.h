/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves the verdict of `uturnctl spoof-check` for `answer-from auto` (config_verdict.h). */
#ifndef UTURNCTL_SPOOF_SAVE_H
#define UTURNCTL_SPOOF_SAVE_H

#include <stdbool.h>

struct spoof_result;

/*
 * A family without a verdict keeps the line it has. The file is replaced
 * atomically. False after an error message.
 */
bool spoof_save(const char *path, const struct spoof_result *results, unsigned count);

#endif
