/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/version.h"

enum { OPTIONS = 32, COMMANDS = 32 }; /* at most */

static const struct commands_row *row_at(const struct commands *c, size_t i)
{
	return (const void *)((const char *)c->rows + i * c->row_size);
}

static void print_help(const struct commands *c)
{
	printf("usage: %s %s\n\n", c->program, c->usage);
	for (size_t i = 0; i < c->row_count; i++)
		printf("  %-20s %s\n", row_at(c, i)->name, row_at(c, i)->help);
	puts("");
	for (size_t i = 0; i < c->option_count; i++)
		printf("  -%c, --%-8s %-6s %s\n", c->options[i].option.val, c->options[i].option.name,
			c->options[i].value, c->options[i].help);
	printf("\n%s\n", c->manuals);
}

/* order: "+" where options end at the first argument. */
static bool take_options(const struct commands *c, const char *order, int argc, char **argv, void *owner, int *status)
{
	struct option options[OPTIONS + 1] = { { NULL, 0, NULL, 0 } };
	char letters[2 * OPTIONS + 2];
	size_t len = (size_t)snprintf(letters, sizeof(letters), "%s", order);
	int letter;

	for (size_t i = 0; i < c->option_count && i < OPTIONS; i++) {
		options[i] = c->options[i].option;
		letters[len++] = (char)options[i].val;
		if (options[i].has_arg == required_argument)
			letters[len++] = ':';
	}
	letters[len] = '\0';
	*status = EXIT_SUCCESS;
	while ((letter = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (letter == 'v') {
			printf("%s " UTURN_VERSION "\n", c->program);
			return false;
		}
		if (letter == 'h') {
			print_help(c);
			return false;
		}
		if (letter == '?')
			c->error("see %s --help", c->program);
		if (letter == '?' || !c->take(owner, letter, optarg)) {
			*status = COMMANDS_USAGE;
			return false;
		}
	}
	return true;
}

/* NULL after an error message. */
static const struct commands_row *find(const struct commands *c, const char *name)
{
	const char *names[COMMANDS], *near;
	size_t count = 0;

	for (size_t i = 0; i < c->row_count; i++) {
		if (strcmp(name, row_at(c, i)->name) == 0)
			return row_at(c, i);
		if (count < COMMANDS)
			names[count++] = row_at(c, i)->name;
	}
	near = text_nearest(name, names, count);
	if (near)
		c->error("unknown command '%s', did you mean '%s'?", name, near);
	else
		c->error("unknown command '%s': see %s --help", name, c->program);
	return NULL;
}

const void *commands_read(const struct commands *c, int argc, char **argv, void *owner, int *status)
{
	const struct commands_row *row;

	if (!take_options(c, "+", argc, argv, owner, status))
		return NULL;
	if (optind == argc)
		c->error("a command is missing: see %s --help", c->program);
	row = optind < argc ? find(c, argv[optind]) : NULL;
	if (!row)
		*status = COMMANDS_USAGE;
	return row;
}

static bool arguments_fit(const struct commands *c, const struct commands_row *row, int count)
{
	const int most = row->arguments_max, least = row->arguments_min, named = most < COMMANDS_ANY ? most : least;

	if (count >= least && count <= most)
		return true;
	if (!most)
		c->error("%s: expected no argument, not %d: see %s --help", row->name, count, c->program);
	else
		c->error("%s: expected %s%d argument%s, not %d: see %s --help", row->name,
			most == COMMANDS_ANY   ? "at least "
				: least < most ? "at most "
					       : "",
			named, named == 1 ? "" : "s", count, c->program);
	return false;
}

bool commands_arguments(const struct commands *c, const struct commands_row *row, int argc, char **argv, void *owner,
	int *status)
{
	const int at = optind;

	/* getopt() begins anew behind the first string, and names it in its messages */
	argv[at] = argv[0];
	optind = 0;
	if (!take_options(c, "", argc - at, argv + at, owner, status))
		return false;
	optind += at;
	if (arguments_fit(c, row, argc - optind))
		return true;
	*status = COMMANDS_USAGE;
	return false;
}
