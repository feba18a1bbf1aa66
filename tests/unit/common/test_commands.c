/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a program with commands: options on both sides of a command, and what is said of a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/commands.h"

static char said[512]; /* options and errors, in their order */

static void say_error(const char *format, ...)
{
	const size_t len = strlen(said);
	va_list args;

	va_start(args, format);
	vsnprintf(said + len, sizeof(said) - len, format, args);
	va_end(args);
}

static bool take_one(void *owner, int letter, const char *value)
{
	const size_t len = strlen(said);

	(void)owner;
	snprintf(said + len, sizeof(said) - len, "[%c%s]", letter, value ? value : "");
	return !value || strcmp(value, "wrong") != 0;
}

static const struct command_line_row {
	struct commands_row row;
	int number;
} line_rows[] = {
	{ { "list", "[PREFIX]: what there is", 0, 1 }, 1 },
	{ { "show", "ID: one of them", 1, 1 }, 2 },
	{ { "import", "FILE...: more of them", 1, COMMANDS_ANY }, 3 },
	{ { "stats", "how many there are", 0, 0 }, 4 },
};
static const struct commands_option line_options[] = {
	{ { "json", no_argument, NULL, 'j' }, "", "print JSON" },
	{ { "last", required_argument, NULL, 'n' }, "N", "so many" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};
static const struct commands line_of = { "prog", "[-jhv] [-n N] COMMAND", "Manual: prog(8).", line_rows,
	sizeof(line_rows[0]), 4, line_options, 4, say_error, take_one };

enum { WORDS = 12 };

/* What was said of the words, the number of the command that is to run, or 0, and its arguments. */
static int read_line(const char *words, int *status, char arguments[64])
{
	char text[128], *argv[WORDS], *rest = text;
	const struct command_line_row *row;
	int argc = 0;

	snprintf(text, sizeof(text), "%s", words);
	while (argc < WORDS - 1 && (argv[argc] = strtok_r(rest, " ", &rest)) != NULL)
		argc++;
	argv[argc] = NULL;
	said[0] = arguments[0] = '\0';
	optind = 0;
	opterr = 0;
	row = commands_read(&line_of, argc, argv, NULL, status);
	if (!row || !commands_arguments(&line_of, &row->row, argc, argv, NULL, status))
		return 0;
	for (int i = optind; i < argc; i++)
		snprintf(arguments + strlen(arguments), 64 - strlen(arguments), "%s;", argv[i]);
	return row->number;
}

static void reads_a_line(void **state)
{
	static const struct {
		const char *words;
		int number, status;
		const char *said, *arguments;
	} rows[] = {
		{ "prog list", 1, 0, "", "" },
		{ "prog -j list 192.0.2.1", 1, 0, "[j]", "192.0.2.1;" },
		{ "prog -n 3 list -j 192.0.2.1", 1, 0, "[n3][j]", "192.0.2.1;" },
		{ "prog list 192.0.2.1 --last=4 -j", 1, 0, "[n4][j]", "192.0.2.1;" },
		{ "prog import a -j b -- -c", 3, 0, "[j]", "a;b;-c;" },
		{ "prog", 0, 2, "a command is missing: see prog --help", "" },
		{ "prog lst", 0, 2, "unknown command 'lst', did you mean 'list'?", "" },
		{ "prog entirely", 0, 2, "unknown command 'entirely': see prog --help", "" },
		{ "prog -x list", 0, 2, "see prog --help", "" },
		{ "prog list -x", 0, 2, "see prog --help", "" },
		{ "prog list -n", 0, 2, "see prog --help", "" },
		{ "prog -n wrong list", 0, 2, "[nwrong]", "" },
		{ "prog list -n wrong", 0, 2, "[nwrong]", "" },
		{ "prog list a b", 0, 2, "list: expected at most 1 argument, not 2: see prog --help", "" },
		{ "prog show", 0, 2, "show: expected 1 argument, not 0: see prog --help", "" },
		{ "prog import -j", 0, 2, "[j]import: expected at least 1 argument, not 0: see prog --help", "" },
		{ "prog stats a", 0, 2, "stats: expected no argument, not 1: see prog --help", "" },
	};
	char arguments[64];
	int status;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const int number = read_line(rows[i].words, &status, arguments);

		if (number != rows[i].number || status != rows[i].status || strcmp(said, rows[i].said) != 0 ||
			strcmp(arguments, rows[i].arguments) != 0)
			fail_msg("%s: command %d, status %d, '%s', '%s'", rows[i].words, number, status, said,
				arguments);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_a_line) };

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
