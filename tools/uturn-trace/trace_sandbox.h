/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits what is left to a router, a name server or a saved file that has taken
 * over a process of uturn-trace: a few system calls (seccomp) and files
 * (Landlock). It cannot be undone. It is entered when all is open and privilege is
 * dropped, before anything of others is parsed.
 *
 * A kernel that has neither is no error, and a build with a sanitizer, which
 * needs more system calls, enters it in tests alone.
 */
#ifndef UTURN_TRACE_TRACE_SANDBOX_H
#define UTURN_TRACE_TRACE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "trace_options.h"

enum trace_sandbox {
	TRACE_SANDBOX_RUN, /* sends, looks names up, draws on the terminal; reads the files of name look-ups */
	TRACE_SANDBOX_READ, /* reads descriptors that are open, and prints */
	TRACE_SANDBOX_RENAME, /* makes, renames and removes files in the folders of --output */
};

/* False with words in why. */
bool trace_sandbox_enter(enum trace_sandbox which, const struct trace_options *o, char *why, size_t why_size);

/* The same in any build, for tests. Returns 0 or a negative errno with words in why. */
int trace_sandbox_force(enum trace_sandbox which, const struct trace_options *o, char *why, size_t why_size);

/* The half of it that is about system calls; returns 0 or a negative errno. */
int trace_sandbox_calls(enum trace_sandbox which);

#endif
