/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs another program, without a shell: text in, text and exit code out.
 *
 * command_run() waits for the end of the program. The texts are NUL-terminated
 * heap memory, the caller's to free with command_done(), also after failure.
 */
#ifndef UTURN_RULES_COMMAND_H
#define UTURN_RULES_COMMAND_H

struct command {
	char *out, *err;
	int exit_code; /* 128 + signal where one ended it */
};

/* argv[0] is looked up in PATH. Returns 0, or a negative errno where nothing ran. */
int command_run(struct command *c, const char *const argv[], const char *input);
void command_done(struct command *c);

#endif
