/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the verdict of `uturnctl spoof-check` for `answer-from auto` (config_verdict.h). */
#ifndef UTURNCTL_SPOOF_SAVE_H
#define UTURNCTL_SPOOF_SAVE_H

#include <stdbool.h>

struct spoof_result;

/*
 * A family without a verdict keeps what was saved for it. The file is the old
 * one or the new one, whatever happens. False after a complaint.
 */
bool spoof_save(const char *path, const struct spoof_result *results, unsigned count);

#endif
