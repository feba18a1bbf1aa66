/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits what a visitor can do who has taken over uturn-web: it is left with
 * the system calls of its loop (seccomp), with reading the files that a reload
 * and name look-ups read, and with TCP to name servers (Landlock). It cannot
 * be undone, and is the last thing before `ready`.
 */
#ifndef UTURN_WEB_WEB_SANDBOX_H
#define UTURN_WEB_WEB_SANDBOX_H

#include <stddef.h>

struct web_config;

/*
 * path: of the configuration file. The folders of the files that it names stay
 * readable, so that a file that replaces one can be read. A kernel without
 * Landlock or seccomp is logged and not an error. Returns 0, or a negative errno
 * with words in why.
 */
int web_sandbox_enter(const struct web_config *config, const char *path, char *why, size_t why_size);

/* The half of it that is about system calls, and that of the process that opens listeners; 0 or a negative errno. */
int web_sandbox_calls(void);
int web_sandbox_opener_calls(void);

#endif
