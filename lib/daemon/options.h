/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a daemon: the same for uturnd(8) and uturn-web(8). */
#ifndef UTURN_DAEMON_OPTIONS_H
#define UTURN_DAEMON_OPTIONS_H

#include <stdbool.h>

struct program {
	const char *name, *about; /* one line of words each */
	const char *path; /* of the default configuration */
	const char *manuals;
	bool has_reload; /* -r is one of its options */
};

struct options {
	const char *path; /* of the configuration; NULL: the default file; points into argv */
	bool is_check; /* -n */
	bool is_reload; /* -r */
	bool is_debug; /* -d */
};

enum { EXIT_USAGE = 2 }; /* a wrong command line or configuration */

/*
 * True: continue. False: help or the version (stdout) or an error (stderr) has
 * been printed, and the program exits with *status.
 */
bool options_parse(int argc, char **argv, const struct program *program, struct options *o, int *status);

#endif
