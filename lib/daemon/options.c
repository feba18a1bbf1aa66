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
	{ { "reload", no_argument, NULL, 'r' }, "", "have the running one read it again: 0 done, 1 refused" },
	{ { "debug", no_argument, NULL, 'd' }, "", "log more" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool is_of(const struct program *program, const struct option *o)
{
	return o->val != 'r' || program->has_reload;
}

static void help_print(const struct program *program)
{
	printf("usage: %s [-dhn%sv] [-f FILE]\n%s\n\n", program->name, program->has_reload ? "r" : "", program->about);
	for (size_t i = 0; i < ROWS; i++)
		if (is_of(program, &rows[i].option))
			printf("  -%c, --%-8s %-5s %s\n", rows[i].option.val, rows[i].option.name, rows[i].value,
				rows[i].help);
	printf("\nWithout -f it reads %s. Manuals: %s.\n", program->path, program->manuals);
}

bool options_parse(int argc, char **argv, const struct program *program, struct options *o, int *status)
{
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	const char *letters = program->has_reload ? "f:nrdvh" : "f:ndvh";
	size_t count = 0;
	int c;

	*o = (struct options){ NULL, false, false, false };
	*status = EXIT_USAGE;
	for (size_t i = 0; i < ROWS; i++)
		if (is_of(program, &rows[i].option))
			options[count++] = rows[i].option;
	while ((c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		switch (c) {
		case 'f':
			o->path = optarg;
			break;
		case 'n':
			o->is_check = true;
			break;
		case 'r':
			o->is_reload = true;
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
