/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturnctl(8): queries a running uturnd and prints its answer as text or JSON; spoof-check tests the network. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "common/keywords.h"
#include "common/standard_output.h"
#include "errors.h"
#include "spoof_check.h"

static const struct ctl_command commands[] = {
	{ { "status", "what is in force, what goes on, and what is wrong", 0, 0 }, status_run },
	{ { "health", "one line; exit status 0 where probes are turned", 0, 0 }, health_run },
	{ { "doctor", "what is wrong with this host, a line a check; see uturnctl-doctor(8)", 0, 0 }, doctor_run },
	{ { "counters", "packets by what was done with them, and why", 0, 0 }, counters_run },
	{ { "watch", "probes and answers as they happen, until ^C", 0, 0 }, watch_run },
	{ { "traces", "[ID]: the last traces that have ended, or one of them hop by hop", 0, 1 }, traces_run },
	{ { "metrics", "figures for Prometheus", 0, 0 }, metrics_run },
	{ { "top", "who traces now, and what uturnd does, on the whole terminal", 0, 0 }, top_run },
	{ { "drain",
		  "[TIME|off]: take no new probers for this time (10m), so that the host can be taken out of service",
		  0, 1 },
		drain_run },
	{ { "reload", "read the configuration again", 0, 0 }, reload_run },
	{ { "trace", "LOCAL:PORT PEER:PORT: the path of a TCP connection of this host", 2, 2 }, trace_run },
	{ { "peer-key", "[FILE]: make the key that uturn hosts of one address share, see uturn-peer(7)", 0, 1 },
		peer_key_run },
	{ { "spoof-check", "source-address validation (BCP 38) test; see spoof-check --help", 0, 0 }, NULL },
};

static const struct commands_option rows[] = {
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

static bool event_take(const char *name, struct ctl_options *o)
{
	if (o->event_count < CTL_EVENTS) {
		o->events[o->event_count++] = name;
		return true;
	}
	errors_print("watch: more than %d events", CTL_EVENTS);
	return false;
}

/* False after an error message. */
static bool option_take(void *owner, int letter, const char *value)
{
	struct ctl_options *o = owner;

	switch (letter) {
	case 'a':
		o->is_all = true;
		return true;
	case 'f':
		o->is_following = true;
		return true;
	case 'j':
		o->is_json = true;
		return true;
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
		return event_take(value, o);
	case 's':
		o->path = value;
		return true;
	default:
		o->textfile = value;
		return true;
	}
}

static const struct commands line = {
	.program = "uturnctl",
	.usage = "[-afjhv] [-m N] [-q N] [-n N] [-p PREFIX] [-e EVENT] [-s PATH] [-t FILE] COMMAND [ARGUMENTS]",
	.manuals = "Manual: uturnctl(8).",
	.rows = commands,
	.row_size = sizeof(commands[0]),
	.row_count = sizeof(commands) / sizeof(commands[0]),
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.error = errors_print,
	.take = option_take,
};

static int run(int argc, char **argv)
{
	struct ctl_options o = { .path = "/run/uturn/control" };
	const struct ctl_command *command;
	int status;

	command = commands_read(&line, argc, argv, &o, &status);
	if (!command)
		return status;
	if (!command->run)
		return spoof_check(argc - optind, argv + optind, o.is_json);
	if (!commands_arguments(&line, &command->row, argc, argv, &o, &status))
		return status;
	o.arguments = argv + optind;
	o.argument_count = argc - optind;
	return command->run(command, &o);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (standard_output_close("uturnctl"))
		return status;
	return status ? status : EXIT_FAILURE;
}
