/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturn-replay(1): runs the engine over recorded packets, without a network. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/standard_output.h"
#include "common/version.h"
#include "replay.h"
#include "script.h"
#include "settings.h"

enum { EXIT_USAGE = 2 };

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "config", required_argument, NULL, 'c' }, "LINE", "a line of uturnd.conf(5) for every FILE; overrides it" },
	{ { "file", required_argument, NULL, 'f' }, "CONF", "the configuration of every FILE; FILE overrides it" },
	{ { "hex", no_argument, NULL, 'x' }, "", "print the packets of FILE in hexadecimal and exit" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static int help_print(void)
{
	puts("usage: uturn-replay [-hvx] [-c LINE]... [-f CONF] FILE...\n");
	for (size_t i = 0; i < ROWS; i++)
		printf("  -%c, --%-8s %-5s %s\n", rows[i].option.val, rows[i].option.name, rows[i].value, rows[i].help);
	puts("\nManual: uturn-replay(1).");
	return EXIT_SUCCESS;
}

static bool run_file(const char *name, struct settings *settings, bool is_hex)
{
	struct script script;
	bool is_right;

	if (script_open(&script, name))
		return false;
	is_right = is_hex ? replay_print_bytes(&script) : replay_run(&script, settings);
	script_close(&script);
	return is_right;
}

static int run_files(char **names, struct settings *settings, bool is_hex)
{
	int status = EXIT_SUCCESS;

	for (; *names; names++)
		if (!run_file(*names, settings, is_hex))
			status = EXIT_FAILURE;
	return status;
}

static int run(int argc, char **argv)
{
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	struct settings settings = { 0 };
	struct config config;
	bool is_hex = false;
	unsigned given = 0;
	int c, status;

	for (size_t i = 0; i < ROWS; i++)
		options[i] = rows[i].option;
	while ((c = getopt_long(argc, argv, "c:f:xvh", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			settings_add(&settings, (struct setting){ SETTING_COMMAND_LINE, "-c", ++given, optarg });
			break;
		case 'f':
			if (!settings_add_file(&settings, optarg))
				return EXIT_USAGE;
			break;
		case 'x':
			is_hex = true;
			break;
		case 'v':
			puts("uturn-replay " UTURN_VERSION);
			return EXIT_SUCCESS;
		case 'h':
			return help_print();
		default:
			fprintf(stderr, "uturn-replay: see uturn-replay --help\n");
			return EXIT_USAGE;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "uturn-replay: a file is missing: see uturn-replay --help\n");
		return EXIT_USAGE;
	}
	/* options are checked first, so that an error in them is not reported for a FILE */
	status = settings_apply(&settings, &config) ? run_files(argv + optind, &settings, is_hex) : EXIT_USAGE;
	settings_done(&settings);
	return status;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (standard_output_close("uturn-replay"))
		return status;
	return status ? status : EXIT_FAILURE;
}
