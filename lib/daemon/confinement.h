/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a program that holds no privilege enters its sandbox: files first, by
 * Landlock, then system calls. What a kernel does not have is logged, and the
 * program goes on without it; a ruleset that fails is an error.
 */
#ifndef UTURN_DAEMON_CONFINEMENT_H
#define UTURN_DAEMON_CONFINEMENT_H

#include <stddef.h>

/*
 * ruleset: of landlock_open(), or the negative errno that it returned; closed
 * in any case. permitted: 0, or the negative errno of a permission that was asked of it.
 * calls: installs the filter of system calls, 0 or a negative errno. Returns 0, or
 * a negative errno with why.
 */
int confinement_enter(int ruleset, int permitted, int (*calls)(void), char *why, size_t why_size);

#endif
