/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturnctl(8): queries a running uturnd and prints its answer as text or JSON; spoof-check tests the network. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/keywords.h"
#include "common/standard_output.h"
#include "common/text.h"
#include "common/version.h"
#include "errors.h"
#include "spoof_check.h"

static const struct ctl_command commands[] = {
	{ "status", "what is in force, what goes on, and what is wrong", status_run, 0, 0 },
	{ "health", "one line; exit status 0 where probes are turned", health_run, 0, 0 },
	{ "doctor", "what is wrong with this host, a line a check; see uturnctl-doctor(8)", doctor_run, 0, 0 },
	{ "counters", "packets by what was done with them, and why", counters_run, 0, 0 },
	{ "watch", "probes and answers as they happen, until ^C", watch_run, 0, 0 },
	{ "traces", "[ID]: the last traces that have ended, or one of them hop by hop", traces_run, 0, 1 },
	{ "metrics", "figures for Prometheus", metrics_run, 0, 0 },
	{ "top", "who traces now, and what uturnd does, on the whole terminal", top_run, 0, 0 },
	{ "drain", "[TIME|off]: take no new probers for this time (10m), so that the host can be taken out of service",
		drain_run, 0, 1 },
	{ "reload", "read the configuration again", reload_run, 0, 0 },
	{ "trace", "LOCAL:PORT PEER:PORT: the path of a TCP connection of this host", trace_run, 2, 2 },
	{ "peer-key", "[FILE]: make the key that uturn hosts of one address share, see uturn-peer(7)", peer_key_run, 0,
		1 },
	{ "spoof-check", "source-address validation (BCP 38) test; see spoof-check --help", NULL, 0, 0 },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "json", no_argument, NULL, 'j' }, "", "print uturnd's JSON, one object a line" },
	{ { "all", no_argument, NULL, 'a' }, "", "counters: show also those that are 0" },
	{ { "follow", no_argument, NULL, 'f' }, "", "traces: go on, with the hops of each that ends, until ^C" },
	{ { "max-ttl", required_argument, NULL, 'm' }, "N", "trace: maximum number of hops (32)" },
	{ { "attempts", required_argument, NULL, 'q' }, "N", "trace: probes per hop (3)" },
	{ { "last", required_argument, NULL, 'n' }, "N", "traces: how many (20)" },
	{ { "prefix", required_argument, NULL, 'p' }, "PREFIX", "watch: events of these probers only" },
	{ { "event", required_argument, NULL, 'e' }, "EVENT", "watch: events of this name only; may be repeated" },
	{ { "socket", required_argument, NULL, 's' }, "PATH", "control socket of uturnd (/run/uturn/control)" },
	{ { "textfile", required_argument, NULL, 't' }, "FILE", "metrics: write to this file, for node_exporter" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void help_print(void)
{
	puts("usage: uturnctl [-afjhv] [-m N] [-q N] [-n N] [-p PREFIX] [-e EVENT] [-s PATH] [-t FILE] COMMAND [ARGUMENTS]\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-20s %s\n", commands[i].name, commands[i].help);
	puts("");
	for (size_t i = 0; i < ROWS; i++)
		printf("  -%c, --%-8s %-6s %s\n", rows[i].option.val, rows[i].option.name, rows[i].value, rows[i].help);
	puts("\nManual: uturnctl(8).");
}

/* NULL after an error message. */
static const struct ctl_command *command_find(const char *name)
{
	const char *names[COMMANDS], *near;

	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
		names[i] = commands[i].name;
	}
	near = text_nearest(name, names, COMMANDS);
	if (near)
		errors_print("unknown command '%s', did you mean '%s'?", name, near);
	else
		errors_print("unknown command '%s': see uturnctl --help", name);
	return NULL;
}

/* uturnd has the lower limits of each; 0 would ask for its default. */
static bool take_count(const char *text, unsigned most, unsigned *count)
{
	unsigned long n;
	const char *end = number_parse(text, "", &n);

	if (!end || n < 1 || n > most) {
		errors_print("'%s' is not a number between 1 and %u: see uturnctl --help", text, most);
		return false;
	}
	*count = (unsigned)n;
	return true;
}

/* An option with a value; false after an error message. */
static bool value_take(int option, const char *value, struct ctl_options *o)
{
	switch (option) {
	case 'm':
		return take_count(value, 255, &o->max_ttl);
	case 'q':
		return take_count(value, 255, &o->attempts);
	case 'n':
		return take_count(value, 65535, &o->last);
	case 'p':
		o->prefix = value;
		return true;
	case 'e':
		if (o->event_count < CTL_EVENTS) {
			o->events[o->event_count++] = value;
			return true;
		}
		errors_print("watch: more than %d events", CTL_EVENTS);
		return false;
	case 's':
		o->path = value;
		return true;
	default:
		o->textfile = value;
		return true;
	}
}

/* The options up to the next argument; false where the program is to exit at once, with *status. */
static bool options_take(int argc, char **argv, struct ctl_options *o, int *status)
{
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	int c;

	*status = EXIT_SUCCESS;
	for (size_t i = 0; i < ROWS; i++)
		options[i] = rows[i].option;
	while ((c = getopt_long(argc, argv, "+ae:fjm:n:p:q:s:t:vh", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			o->is_all = true;
			break;
		case 'f':
			o->is_following = true;
			break;
		case 'j':
			o->is_json = true;
			break;
		case 'v':
			puts("uturnctl " UTURN_VERSION);
			return false;
		case 'h':
			help_print();
			return false;
		case '?':
			errors_print("see uturnctl --help");
			*status = EXIT_USAGE;
			return false;
		default:
			if (value_take(c, optarg, o))
				break;
			*status = EXIT_USAGE;
			return false;
		}
	}
	return true;
}

static bool arguments_fit(const struct ctl_command *c, int count)
{
	if (count >= c->arguments_min && count <= c->arguments_max)
		return true;
	if (c->arguments_max)
		errors_print("%s: expected %s%d argument%s, not %d: see uturnctl --help", c->name,
			c->arguments_min < c->arguments_max ? "at most " : "", c->arguments_max,
			c->arguments_max == 1 ? "" : "s", count);
	else
		errors_print("expected exactly one command: see uturnctl --help");
	return false;
}

static int run(int argc, char **argv)
{
	struct ctl_options o = { .path = "/run/uturn/control" };
	const struct ctl_command *command = NULL;
	int status;

	if (!options_take(argc, argv, &o, &status))
		return status;
	if (optind == argc) {
		errors_print("a command is missing: see uturnctl --help");
		return EXIT_USAGE;
	}
	command = command_find(argv[optind]);
	if (!command)
		return EXIT_USAGE;
	if (!command->run)
		return spoof_check(argc - optind, argv + optind, o.is_json);
	optind++;
	if (!options_take(argc, argv, &o, &status))
		return status;
	o.arguments = argv + optind;
	o.argument_count = argc - optind;
	if (arguments_fit(command, o.argument_count))
		return command->run(command, &o);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (standard_output_close("uturnctl"))
		return status;
	return status ? status : EXIT_FAILURE;
}
