/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs another program, without a shell: text in, text and exit code out.
 *
 * command_run() waits until the program exits. The texts are NUL-terminated
 * heap memory; the caller frees them with command_done(), also after failure.
 */
#ifndef UTURN_COMMON_COMMAND_H
#define UTURN_COMMON_COMMAND_H

#include <sys/types.h>

struct command {
	char *out, *err;
	pid_t pid; /* that it had; 0 where it could not be started */
	int exit_code; /* 128 + signal number where a signal killed it */
};

/* argv[0] is looked up in PATH. Returns 0, or a negative errno where the program could not be started. */
int command_run(struct command *c, const char *const argv[], const char *input);
void command_done(struct command *c);

#endif
