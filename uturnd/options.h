/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of uturnd(8). */
#ifndef UTURN_OPTIONS_H
#define UTURN_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *path; /* of the configuration; NULL: the default file; points into argv */
	bool is_check; /* -n */
	bool is_debug; /* -d */
};

enum { EXIT_USAGE = 2 }; /* a wrong command line or configuration */

/*
 * True: go on. False: help, the version or a complaint has been printed, and
 * the program ends with *status.
 */
bool options_parse(int argc, char **argv, struct options *o, int *status);

#endif
