/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of uturnctl, and what the command line gives it. Each command is a
 * row of the table in main.c, and a function of its own file.
 *
 * The functions print their answer, or an error message, and return the exit
 * status: EXIT_SUCCESS, EXIT_FAILURE or EXIT_USAGE, of health also EXIT_DRAINING.
 */
#ifndef UTURNCTL_COMMAND_H
#define UTURNCTL_COMMAND_H

#include <stdbool.h>

#include "common/commands.h"

enum { EXIT_USAGE = 2, EXIT_DRAINING = 3, CTL_EVENTS = 16 };

struct ctl_options {
	const char *path; /* of the control socket */
	char **arguments; /* of the command */
	int argument_count;
	bool is_json, is_all;
	bool is_following; /* traces */
	unsigned max_ttl, attempts; /* of a trace; 0: not given */
	unsigned last; /* traces; 0: not given */
	const char *prefix, *events[CTL_EVENTS]; /* of watch; NULL: all */
	unsigned event_count;
	const char *textfile; /* of metrics; NULL: standard output */
};

struct ctl_command {
	struct commands_row row;
	int (*run)(const struct ctl_command *c,
		const struct ctl_options *o); /* NULL: spoof-check, which has options of its own and needs no uturnd */
};

int status_run(const struct ctl_command *c, const struct ctl_options *o);
int counters_run(const struct ctl_command *c, const struct ctl_options *o);
int drain_run(const struct ctl_command *c, const struct ctl_options *o);
int reload_run(const struct ctl_command *c, const struct ctl_options *o);
int watch_run(const struct ctl_command *c, const struct ctl_options *o);
int health_run(const struct ctl_command *c, const struct ctl_options *o);
int top_run(const struct ctl_command *c, const struct ctl_options *o);
int doctor_run(const struct ctl_command *c, const struct ctl_options *o);
int metrics_run(const struct ctl_command *c, const struct ctl_options *o);
int peer_key_run(const struct ctl_command *c, const struct ctl_options *o);
int traces_run(const struct ctl_command *c, const struct ctl_options *o);
int trace_run(const struct ctl_command *c, const struct ctl_options *o);

#endif
