/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturnctl(8): asks a running uturnd, prints for people or as JSON; spoof-check asks the network. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/keywords.h"
#include "common/text.h"
#include "common/version.h"
#include "connection.h"
#include "print.h"
#include "spoof_check.h"
#include "trace.h"

enum { EXIT_USAGE = 2 };

struct options {
	const char *path;
	char **words; /* behind the command */
	bool is_json, is_all;
	unsigned max_ttl, attempts; /* of a trace; 0: not said */
};

struct command {
	const char *name, *help;
	int (*run)(const struct command *c, const struct options *o); /* NULL: spoof-check, which asks no uturnd */
	int words; /* behind it */
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

static bool open_for(struct connection *connection, const struct command *c, const struct options *o)
{
	char request[64];

	snprintf(request, sizeof(request), "{\"op\":\"%s\"}", c->name);
	return connection_open(connection, o->path, request);
}

/* The answer, a new reference; NULL after a complaint. */
static json_t *understand(const char *line)
{
	json_t *answer = json_loads(line, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (answer && !error)
		return answer;
	complain("%s", answer ? error : "uturnd's answer is no JSON: is this its socket?");
	json_decref(answer);
	return NULL;
}

static void print_reloaded(const json_t *answer)
{
	const json_t *fixed = json_object_get(answer, "until_restart");

	puts("reloaded");
	for (size_t i = 0; i < json_array_size(fixed); i++) {
		const char *keyword = json_string_value(json_array_get(fixed, i));

		printf("%s: stays as it was until uturnd is restarted\n", keyword ? keyword : "?");
	}
}

static int ask(const struct command *c, const struct options *o)
{
	struct connection connection;
	json_t *answer = NULL;
	const char *line;

	if (!open_for(&connection, c, o))
		return EXIT_FAILURE;
	line = connection_line(&connection, NULL);
	if (line)
		answer = understand(line);
	if (answer && o->is_json)
		fputs(line, stdout);
	else if (answer && strcmp(c->name, "status") == 0)
		print_status(answer);
	else if (answer && strcmp(c->name, "counters") == 0)
		print_counters(answer, o->is_all);
	else if (answer)
		print_reloaded(answer);
	json_decref(answer);
	connection_close(&connection);
	return answer ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Until ^C, which is how it is meant to end, or until uturnd goes away. */
static int watch(const struct command *c, const struct options *o)
{
	const struct sigaction action = { .sa_handler = interrupt }; /* no SA_RESTART: it ends the wait */
	struct connection connection;
	json_t *event = NULL;
	const char *line;

	if (!open_for(&connection, c, o))
		return EXIT_FAILURE;
	connection_wait(&connection);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (!is_interrupted && (line = connection_line(&connection, &is_interrupted)) != NULL) {
		event = understand(line);
		if (!event)
			break;
		if (o->is_json)
			fputs(line, stdout);
		else
			print_event(event);
		json_decref(event);
	}
	connection_close(&connection);
	return is_interrupted ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int follow(const struct command *c, const struct options *o)
{
	const struct trace_wish wish = { o->words[0], o->words[1], o->max_ttl, o->attempts };

	(void)c;
	return trace(o->path, &wish, o->is_json);
}

static const struct command commands[] = {
	{ "status", "version, uptime, flights out", ask, 0 },
	{ "counters", "what was done, passed, dropped and lost, by reason", ask, 0 },
	{ "watch", "what is turned and relayed, as it happens; ^C ends it", watch, 0 },
	{ "reload", "read the configuration again", ask, 0 },
	{ "trace", "LOCAL:PORT PEER:PORT: the way of a TCP connection of this host", follow, 2 },
	{ "spoof-check", "does the network let foreign source addresses out? (has options of its own)", NULL, 0 },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "json", no_argument, NULL, 'j' }, "", "print uturnd's JSON, one object a line" },
	{ { "all", no_argument, NULL, 'a' }, "", "counters: show those at 0 as well" },
	{ { "max-ttl", required_argument, NULL, 'm' }, "N", "trace: this many hops at most (32)" },
	{ { "attempts", required_argument, NULL, 'q' }, "N", "trace: probes a hop (3)" },
	{ { "socket", required_argument, NULL, 's' }, "PATH", "talk to this socket, not /run/uturn/control" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void help_print(void)
{
	puts("usage: uturnctl [-ajhv] [-m N] [-q N] [-s PATH] COMMAND [LOCAL:PORT PEER:PORT]\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-20s %s\n", commands[i].name, commands[i].help);
	puts("");
	for (size_t i = 0; i < ROWS; i++)
		printf("  -%c, --%-8s %-6s %s\n", rows[i].option.val, rows[i].option.name, rows[i].value, rows[i].help);
	puts("\nManual: uturnctl(8).");
}

/* NULL after a complaint. */
static const struct command *command_find(const char *name)
{
	const char *names[COMMANDS], *near;

	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
		names[i] = commands[i].name;
	}
	near = text_nearest(name, names, COMMANDS);
	if (near)
		complain("unknown command '%s', did you mean '%s'?", name, near);
	else
		complain("unknown command '%s': see uturnctl --help", name);
	return NULL;
}

/* uturnd says what is too many; 0 would be its own choice. */
static bool take_count(const char *text, unsigned *count)
{
	unsigned long n;
	const char *end = number_parse(text, "", &n);

	if (!end || n < 1 || n > 255) {
		complain("'%s' is no count: see uturnctl --help", text);
		return false;
	}
	*count = (unsigned)n;
	return true;
}

/* The options up to the next other word; false where the program is to end at once, with *status. */
static bool options_take(int argc, char **argv, struct options *o, int *status)
{
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	int c;

	*status = EXIT_SUCCESS;
	for (size_t i = 0; i < ROWS; i++)
		options[i] = rows[i].option;
	while ((c = getopt_long(argc, argv, "+ajm:q:s:vh", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			o->is_all = true;
			break;
		case 'j':
			o->is_json = true;
			break;
		case 'm':
		case 'q':
			*status = EXIT_USAGE;
			if (!take_count(optarg, c == 'm' ? &o->max_ttl : &o->attempts))
				return false;
			*status = EXIT_SUCCESS;
			break;
		case 's':
			o->path = optarg;
			break;
		case 'v':
			puts("uturnctl " UTURN_VERSION);
			return false;
		case 'h':
			help_print();
			return false;
		default:
			complain("see uturnctl --help");
			*status = EXIT_USAGE;
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options o = { .path = "/run/uturn/control" };
	const struct command *command = NULL;
	int status;

	if (!options_take(argc, argv, &o, &status))
		return status;
	if (optind == argc) {
		complain("a command is missing: see uturnctl --help");
		return EXIT_USAGE;
	}
	command = command_find(argv[optind]);
	if (!command)
		return EXIT_USAGE;
	if (!command->run) /* what follows is its own */
		return spoof_check(argc - optind, argv + optind, o.is_json);
	optind++;
	if (!options_take(argc, argv, &o, &status))
		return status;
	o.words = argv + optind;
	if (argc - optind == command->words)
		return command->run(command, &o);
	if (command->words)
		complain("%s wants %d words more, not %d: see uturnctl --help", command->name, command->words,
			argc - optind);
	else
		complain("one command, please: see uturnctl --help");
	return EXIT_USAGE;
}
