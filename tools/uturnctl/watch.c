/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl watch`: events as they occur. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "common/standard_output.h"
#include "connection.h"
#include "event_filter.h"
#include "print.h"

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

static bool filter_make(const struct ctl_options *o, struct event_filter *filter)
{
	*filter = (struct event_filter){ .has_prefix = false };
	if (o->prefix && !event_filter_prefix(filter, o->prefix))
		return false;
	for (unsigned i = 0; i < o->event_count; i++)
		if (!event_filter_event(filter, o->events[i]))
			return false;
	return true;
}

/* Until ^C, which is success, or until uturnd closes the connection or standard output fails. */
int watch_run(const struct ctl_command *c, const struct ctl_options *o)
{
	const struct sigaction action = { .sa_handler = interrupt }; /* no SA_RESTART: the wait ends */
	struct connection connection;
	struct event_filter filter;
	json_t *event;

	(void)c;
	if (!filter_make(o, &filter))
		return EXIT_USAGE;
	if (!connection_open(&connection, o->path, "{\"op\":\"watch\"}"))
		return EXIT_FAILURE;
	connection_wait(&connection);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!is_interrupted && standard_output_flush() && connection_line(&connection, &is_interrupted) != NULL) {
		event = connection_answer(&connection);
		if (!event)
			break;
		if (!event_filter_wants(&filter, event))
			; /* and the next one */
		else if (o->is_json)
			fputs(connection.line, stdout);
		else
			print_event(event);
		json_decref(event);
	}
	connection_close(&connection);
	return is_interrupted ? EXIT_SUCCESS : EXIT_FAILURE;
}
