/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/version.h"

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "file", required_argument, NULL, 'f' }, "FILE", "read this configuration" },
	{ { "check", no_argument, NULL, 'n' }, "", "check the configuration and exit: 0 right, 1 wrong" },
	{ { "debug", no_argument, NULL, 'd' }, "", "log more" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void help_print(const struct program *program)
{
	printf("usage: %s [-dhnv] [-f FILE]\n%s\n\n", program->name, program->about);
	for (size_t i = 0; i < ROWS; i++)
		printf("  -%c, --%-8s %-5s %s\n", rows[i].option.val, rows[i].option.name, rows[i].value, rows[i].help);
	printf("\nWithout -f it reads %s. Manuals: %s.\n", program->path, program->manuals);
}

bool options_parse(int argc, char **argv, const struct program *program, struct options *o, int *status)
{
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	int c;

	*o = (struct options){ NULL, false, false };
	*status = EXIT_USAGE;
	for (size_t i = 0; i < ROWS; i++)
		options[i] = rows[i].option;
	while ((c = getopt_long(argc, argv, "f:ndvh", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			o->path = optarg;
			break;
		case 'n':
			o->is_check = true;
			break;
		case 'd':
			o->is_debug = true;
			break;
		case 'v':
			printf("%s %s\n", program->name, UTURN_VERSION);
			*status = EXIT_SUCCESS;
			return false;
		case 'h':
			help_print(program);
			*status = EXIT_SUCCESS;
			return false;
		default:
			fprintf(stderr, "%s: see %s --help\n", program->name, program->name);
			return false;
		}
	}
	if (optind == argc)
		return true;
	fprintf(stderr, "%s: unexpected argument '%s', see %s --help\n", program->name, argv[optind], program->name);
	return false;
}
