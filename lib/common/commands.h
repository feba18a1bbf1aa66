/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of a program that has commands, as uturnctl(8) and
 * uturn-history(8): PROGRAM [OPTION...] COMMAND [OPTION...] [ARGUMENT...].
 *
 * Commands and options are rows, of which --help, the parser and the error
 * messages are made. Options that have a letter and stand in the rows are
 * handed to the program, but for -h and -v, which are answered here.
 */
#ifndef UTURN_COMMON_COMMANDS_H
#define UTURN_COMMON_COMMANDS_H

#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	COMMANDS_USAGE = 2,
	COMMANDS_ANY = INT_MAX
}; /* exit status of a wrong command line; arguments without a limit */

struct commands_row {
	const char *name, *help;
	int arguments_min, arguments_max;
};

struct commands_option {
	struct option option;
	const char *value, *help;
};

struct commands {
	const char *program, *usage, *manuals; /* usage: what follows the name of the program */
	const void *rows; /* each begins with a struct commands_row */
	size_t row_size, row_count;
	const struct commands_option *options;
	size_t option_count;
	void (*error)(const char *format, ...) __attribute__((format(printf, 1, 2)));
	bool (*take)(void *owner, int letter, const char *value); /* an option; false after an error message */
};

/*
 * The options before the command, and the row of the command, which is
 * argv[optind]. NULL after --help, --version or an error message: the program exits with *status.
 */
const void *commands_read(const struct commands *c, int argc, char **argv, void *owner, int *status);

/*
 * The options behind the command, in any order with its arguments, which are
 * argv[optind] and those behind it then, as many as the command takes. False as for commands_read().
 */
bool commands_arguments(const struct commands *c, const struct commands_row *row, int argc, char **argv, void *owner,
	int *status);

#endif
