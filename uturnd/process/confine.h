/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a process of uturnd gives up what it needs no more, and shuts itself in.
 * Both return 0, or a negative errno with words in why.
 */
#ifndef UTURN_PROCESS_CONFINE_H
#define UTURN_PROCESS_CONFINE_H

#include <stddef.h>

/* At the very start: no signals but between processes of uturnd. */
int confine_signals(char *why, size_t why_size);

/*
 * When everything is open. Becomes user, with the two capabilities. config, control: as in sandbox.h.
 * With neither it is a worker's process, which needs no file, and ends with the
 * one that started it.
 */
int confine(const char *user, const char *config, const char *control, char *why, size_t why_size);

#endif
