/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_parse.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "cli_options.h"
#include "common/text.h"
#include "nft_backend.h"

static const struct {
	const char *name;
	enum operation operation;
	const char *help;
} operations[] = {
	{ "print", PRINT, "print the rules; needs no privilege" },
	{ "apply", APPLY, "apply the rules" },
	{ "keep", KEEP, "apply the rules, and again whenever they are changed, until SIGTERM" },
	{ "remove", REMOVE, "remove the rules" },
	{ "check", CHECK, "compare with the rules loaded: exit status 0 equal, 1 not" },
	{ "status", STATUS, "packets per hop, queues" },
};

enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

void cli_help(void)
{
	char left[40];

	puts("usage: uturn-rules print|apply|keep|remove|check|status [-4|-6] [OPTION]...\n"
	     "The iptables rules that queue probes, and nothing else, for uturnd.\n");
	for (size_t i = 0; i < OPERATIONS; i++)
		printf("  %-29s %s\n", operations[i].name, operations[i].help);
	puts("");
	for (size_t i = 0; i < CLI_OPTIONS; i++) {
		const struct cli_option *o = &cli_options[i];

		snprintf(left, sizeof(left), "%s%c%s--%s%s%s", o->letter ? "-" : " ", o->letter ? o->letter : ' ',
			o->letter ? ", " : "  ", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %-29s %s\n", left, o->help);
	}
	puts("\nBoth families by default. Manual: uturn-rules(8).");
}

static int unknown(const char *kind, const char *dashes, const char *word, const char *near, char *why, size_t size)
{
	if (near)
		snprintf(why, size, "unknown %s '%s%s', did you mean '%s%s'?", kind, dashes, word, dashes, near);
	else
		snprintf(why, size, "unknown %s '%s%s', see uturn-rules --help", kind, dashes, word);
	return -1;
}

static int set_operation(struct cli *c, const char *word, char *why, size_t size)
{
	const char *names[OPERATIONS];

	for (size_t i = 0; i < OPERATIONS; i++) {
		names[i] = operations[i].name;
		if (strcmp(word, names[i]) != 0)
			continue;
		if (c->operation != OPERATION_NONE) {
			snprintf(why, size, "'%s': expected exactly one operation", word);
			return -1;
		}
		c->operation = operations[i].operation;
		return 0;
	}
	return unknown("operation", "", word, text_nearest(word, names, OPERATIONS), why, size);
}

/* Finds "--name", "--name=value" or "-l"; *value is what follows the =, or NULL. */
static const struct cli_option *find(const char *arg, const char **value, char *why, size_t size)
{
	const char *names[CLI_OPTIONS];
	char name[64];
	size_t len = strcspn(arg + 2, "=");

	*value = NULL;
	for (size_t i = 0; i < CLI_OPTIONS; i++) {
		names[i] = cli_options[i].name;
		if (arg[1] != '-' && arg[1] == cli_options[i].letter && arg[2] == '\0')
			return &cli_options[i];
		if (arg[1] != '-' || strlen(names[i]) != len || strncmp(arg + 2, names[i], len) != 0)
			continue;
		*value = arg[2 + len] ? arg + 2 + len + 1 : NULL;
		return &cli_options[i];
	}
	if (arg[1] != '-') {
		unknown("option", "", arg, NULL, why, size);
		return NULL;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name)), arg + 2);
	unknown("option", "--", name, text_nearest(name, names, CLI_OPTIONS), why, size);
	return NULL;
}

/* Reads argv[*i] and its value; sets it if it belongs to this pass. */
static int take_option(struct cli *c, char **argv, int *i, bool is_first, char *why, size_t size)
{
	struct cli_given g = { .why = why, .why_size = size };
	const struct cli_option *o = find(argv[*i], &g.value, why, size);

	if (!o)
		return -1;
	g.option = o->name;
	g.choices = o->value;
	if (!o->value && g.value)
		return cli_wrong(&g, "takes no value");
	if (o->value && !g.value)
		g.value = argv[*i + 1] ? argv[++*i] : NULL;
	if (o->value && !g.value)
		return cli_wrong(&g, "a value is missing: %s", o->value);
	if (!o->set || is_first != o->is_first)
		return 0;
	return o->set(c, &g);
}

static int take_all(struct cli *c, int argc, char **argv, bool is_first, char *why, size_t size)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1]) {
			if (take_option(c, argv, &i, is_first, why, size))
				return -1;
		} else if (!is_first && set_operation(c, argv[i], why, size)) {
			return -1;
		}
	}
	return 0;
}

static enum cli_next wants_information(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return CLI_HELP;
		if (strcmp(argv[i], "--version") == 0 || strcmp(argv[i], "-v") == 0)
			return CLI_VERSION;
	}
	return CLI_RUN;
}

enum cli_next cli_parse(struct cli *c, int argc, char **argv, char *why, size_t why_size)
{
	enum cli_next next = wants_information(argc, argv);

	*c = (struct cli){ .operation = OPERATION_NONE };
	plan_default(&c->plan);
	if (next != CLI_RUN)
		return next;
	if (take_all(c, argc, argv, true, why, why_size) || take_all(c, argc, argv, false, why, why_size))
		return CLI_WRONG;
	if (c->operation == OPERATION_NONE) {
		snprintf(why, why_size, "an operation is missing: print, apply, keep, remove, check or status");
		return CLI_WRONG;
	}
	if (c->backend == BACKEND_NFTABLES && nft_backend_accepts(c, why, why_size))
		return CLI_WRONG;
	if (c->only4 && c->only6)
		c->only4 = c->only6 = false;
	/* arm cannot exceed the number of hops */
	if (c->plan.arm > c->plan.hops)
		c->plan.arm = c->plan.hops;
	return CLI_RUN;
}
