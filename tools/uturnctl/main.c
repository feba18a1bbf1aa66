/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturnctl(8): queries a running uturnd and prints its answer as text or JSON; spoof-check tests the network. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/keywords.h"
#include "common/standard_output.h"
#include "common/text.h"
#include "common/version.h"
#include "connection.h"
#include "errors.h"
#include "health.h"
#include "print.h"
#include "spoof_check.h"
#include "trace.h"

enum { EXIT_USAGE = 2 };

struct ctl_options {
	const char *path;
	char **arguments; /* of the command */
	bool is_json, is_all;
	unsigned max_ttl, attempts; /* of a trace; 0: not given */
};

struct ctl_command {
	const char *name, *help;
	int (*run)(const struct ctl_command *c,
		const struct ctl_options *o); /* NULL: spoof-check, which has options of its own and needs no uturnd */
	int arguments; /* it takes */
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

static bool open_for(struct connection *connection, const struct ctl_command *c, const struct ctl_options *o)
{
	char request[64];

	snprintf(request, sizeof(request), "{\"op\":\"%s\"}", c->name);
	return connection_open(connection, o->path, request);
}

/* The answer, a new reference; NULL after an error message. */
static json_t *answer_parse(const char *line)
{
	json_t *answer = json_loads(line, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (answer && !error)
		return answer;
	errors_print("%s", answer ? error : "the answer is not JSON: is this the control socket of uturnd?");
	json_decref(answer);
	return NULL;
}

static void print_reloaded(const json_t *answer)
{
	const json_t *fixed = json_object_get(answer, "until_restart");

	puts("reloaded");
	for (size_t i = 0; i < json_array_size(fixed); i++) {
		const char *keyword = json_string_value(json_array_get(fixed, i));

		printf("%s: unchanged until uturnd is restarted\n", keyword ? keyword : "?");
	}
	/* where they are kept they follow by themselves */
	if (json_array_size(json_object_get(answer, "rules")) > 0 &&
		!json_is_true(json_object_get(answer, "rules_kept"))) {
		const char *file = json_string_value(json_object_get(answer, "config"));

		printf("run: uturn-rules apply --config %s\n", file ? file : "FILE");
	}
}

static int ask(const struct ctl_command *c, const struct ctl_options *o)
{
	struct connection connection;
	json_t *answer = NULL;
	const char *line;

	if (!open_for(&connection, c, o))
		return EXIT_FAILURE;
	line = connection_line(&connection, NULL);
	if (line)
		answer = answer_parse(line);
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

/* Until ^C, which is success, or until uturnd closes the connection or standard output fails. */
static int watch(const struct ctl_command *c, const struct ctl_options *o)
{
	const struct sigaction action = { .sa_handler = interrupt }; /* no SA_RESTART: the wait ends */
	struct connection connection;
	json_t *event = NULL;
	const char *line;

	if (!open_for(&connection, c, o))
		return EXIT_FAILURE;
	connection_wait(&connection);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!is_interrupted && standard_output_flush() &&
		(line = connection_line(&connection, &is_interrupted)) != NULL) {
		event = answer_parse(line);
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

static int run_trace(const struct ctl_command *c, const struct ctl_options *o)
{
	const struct trace_parameters parameters = { o->arguments[0], o->arguments[1], o->max_ttl, o->attempts };

	(void)c;
	return trace_run(o->path, &parameters, o->is_json);
}

static int run_health(const struct ctl_command *c, const struct ctl_options *o)
{
	(void)c;
	return health_run(o->path);
}

static const struct ctl_command commands[] = {
	{ "status", "version, uptime, flights out", ask, 0 },
	{ "health", "one line; exit status 0 where probes are turned", run_health, 0 },
	{ "counters", "packets by what was done with them, and why", ask, 0 },
	{ "watch", "probes and answers as they happen, until ^C", watch, 0 },
	{ "reload", "read the configuration again", ask, 0 },
	{ "trace", "LOCAL:PORT PEER:PORT: the path of a TCP connection of this host", run_trace, 2 },
	{ "spoof-check", "source-address validation (BCP 38) test; see spoof-check --help", NULL, 0 },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "json", no_argument, NULL, 'j' }, "", "print uturnd's JSON, one object a line" },
	{ { "all", no_argument, NULL, 'a' }, "", "counters: show also those that are 0" },
	{ { "max-ttl", required_argument, NULL, 'm' }, "N", "trace: maximum number of hops (32)" },
	{ { "attempts", required_argument, NULL, 'q' }, "N", "trace: probes per hop (3)" },
	{ { "socket", required_argument, NULL, 's' }, "PATH", "control socket of uturnd (/run/uturn/control)" },
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
static bool take_count(const char *text, unsigned *count)
{
	unsigned long n;
	const char *end = number_parse(text, "", &n);

	if (!end || n < 1 || n > 255) {
		errors_print("'%s' is not a number between 1 and 255: see uturnctl --help", text);
		return false;
	}
	*count = (unsigned)n;
	return true;
}

/* The options up to the next argument; false where the program is to exit at once, with *status. */
static bool options_take(int argc, char **argv, struct ctl_options *o, int *status)
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
			errors_print("see uturnctl --help");
			*status = EXIT_USAGE;
			return false;
		}
	}
	return true;
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
	if (argc - optind == command->arguments)
		return command->run(command, &o);
	if (command->arguments)
		errors_print("%s: expected %d arguments, not %d: see uturnctl --help", command->name,
			command->arguments, argc - optind);
	else
		errors_print("expected exactly one command: see uturnctl --help");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (standard_output_close("uturnctl"))
		return status;
	return status ? status : EXIT_FAILURE;
}
