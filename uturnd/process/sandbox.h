/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is left to a uturnd that somebody has taken over: the system calls of
 * its own loop (seccomp), and of the file system to read what a reload reads
 * and to remove its socket (Landlock). There is no way back.
 *
 * sandbox_enter() comes last before `ready`, when everything is open. A build
 * with a sanitizer, which needs more than we know, calls it in tests alone.
 */
#ifndef UTURN_PROCESS_SANDBOX_H
#define UTURN_PROCESS_SANDBOX_H

#include <stddef.h>

/*
 * config: the file as it was named; its folder and that of the saved verdict
 * stay readable, so that a new file in the old one's place can be read.
 * control: the socket. Returns 0, or a negative errno with words in why. A
 * kernel without Landlock is told of in the log, and no error. Both NULL: no
 * file at all.
 */
int sandbox_enter(const char *config, const char *control, char *why, size_t why_size);

/*
 * Before anything is opened, and any other process of uturnd is started: no
 * signals but to each other. They need that one, for each ends with the one
 * that started it. Returns 0 or a negative errno.
 */
int sandbox_signals(void);

/* The two halves of sandbox_enter(). sandbox_files() returns -EOPNOTSUPP where the kernel has no Landlock. */
int sandbox_files(const char *config, const char *control);
int sandbox_calls(void);

#endif
