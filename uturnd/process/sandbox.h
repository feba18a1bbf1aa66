/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits what an attacker can do who has taken over uturnd: it is left with the
 * system calls of the event loop (seccomp), and in the file system with reading
 * what a reload reads and removing its socket (Landlock). It cannot be undone.
 *
 * sandbox_enter() is called last before `ready`, when everything is open. A
 * build with a sanitizer, which needs more system calls, enters it in tests
 * alone.
 */
#ifndef UTURN_PROCESS_SANDBOX_H
#define UTURN_PROCESS_SANDBOX_H

#include <stddef.h>

/*
 * config: path of the configuration as given by the operator; its folder and
 * that of the saved verdict stay readable, so that a file that replaces it can
 * be read. control: path of the socket. Both NULL: no access to any file.
 * Returns 0, or a negative errno with words in why. A kernel without Landlock is
 * logged and not an error.
 */
int sandbox_enter(const char *config, const char *control, char *why, size_t why_size);

/*
 * From now on this process and those that it starts can send signals to each
 * other alone. Call it before anything is opened and any process is started: a
 * worker is ended by the signal of PR_SET_PDEATHSIG, which must stay allowed.
 * Returns 0 or a negative errno.
 */
int sandbox_signals(void);

/* The two halves of sandbox_enter(). Return 0 or a negative errno; sandbox_files() -EOPNOTSUPP without Landlock. */
int sandbox_files(const char *config, const char *control);
int sandbox_calls(void);

#endif
