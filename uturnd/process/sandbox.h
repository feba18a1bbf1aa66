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

#include "config/config_types.h"

/* Paths as given by the operator. */
struct sandbox_paths {
	const char *config; /* of the configuration, which is read again at a reload */
	const char (*files)[CONFIG_PATH_SIZE]; /* that are read with it */
	unsigned file_count;
	const char *control; /* of the socket, which is removed; NULL: none */
};

/*
 * The folders of the files and of the saved verdict stay readable, so that a
 * file that replaces one can be read. paths NULL: no access to any file. Returns
 * 0, or a negative errno with words in why. A kernel without Landlock is logged
 * and not an error.
 */
int sandbox_enter(const struct sandbox_paths *paths, char *why, size_t why_size);

int sandbox_calls(void); /* the half of sandbox_enter() that is about system calls; returns 0 or a negative errno */

#endif
