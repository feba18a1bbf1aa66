/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/standard_output.h"
#include "common/text.h"
#include "connection.h"
#include "errors.h"
#include "print_hop.h"
#include "trace_nudge.h"

/* The request as a line, for the caller to free; NULL after an error message. */
static char *request_of(const struct ctl_options *o)
{
	const char *local = o->arguments[0], *peer = o->arguments[1]; /* as "192.0.2.1:22" or "[2001:db8::1]:22" */
	struct addr a, b;
	uint16_t port;
	json_t *request;
	char *line;

	if (!addr_port_parse(local, &a, &port) || !addr_port_parse(peer, &b, &port)) {
		errors_print(
			"expected a connection as ADDRESS:PORT ADDRESS:PORT, such as 192.0.2.1:22 198.51.100.7:40000 "
			"or [2001:db8::1]:22 [2001:db8::2]:40000 (`ss -tn` lists them)");
		return NULL;
	}
	if (a.family != b.family) {
		errors_print("the two addresses are not of the same family");
		return NULL;
	}
	request = json_pack("{ss s{ss ss}}", "op", "trace", "flow", "local", local, "peer", peer);
	if (o->max_ttl)
		json_object_set_new(request, "max-ttl", json_integer(o->max_ttl));
	if (o->attempts)
		json_object_set_new(request, "attempts", json_integer(o->attempts));
	line = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	return line;
}

static int end_with(const json_t *done)
{
	static const struct {
		const char *end, *words;
	} rows[] = {
		{ "max-ttl", "the peer did not answer: it may be further away, or does not support DSACK (RFC 2883)" },
		{ "closed", "the connection was closed" },
		{ "busy", "the connection had unacknowledged data all the time: try again" },
		{ "idle", "no data was sent on the connection: try again while it is in use" },
		{ "limit", "the connection has sent too little data, or a limit of uturnd.conf is reached" },
	};
	const char *end = json_string_value(json_object_get(done, "end"));

	if (end && strcmp(end, "reached") == 0)
		return EXIT_SUCCESS;
	for (size_t i = 0; end && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(end, rows[i].end) == 0)
			errors_print("%s", rows[i].words);
	return EXIT_FAILURE;
}

/* One line of the answer; true: more lines follow, else *status is set. */
static bool take_line(struct hops *hops, struct nudge *nudge, const struct connection *connection, bool is_json,
	int *status)
{
	json_t *answer = connection_answer(connection);
	bool is_done = json_is_true(json_object_get(answer, "done"));

	*status = EXIT_FAILURE;
	if (!answer)
		return false;
	if (is_json)
		fputs(connection->line, stdout);
	if (json_object_get(answer, "tracing"))
		nudge_begin(nudge, json_integer_value(json_object_get(answer, "inode")));
	else
		nudge_end(nudge);
	if (!is_json)
		hops_print(hops, answer);
	if (is_done)
		*status = end_with(answer);
	json_decref(answer);
	return !is_done;
}

/* Each hop is printed when it is known. */
int trace_run(const struct ctl_command *c, const struct ctl_options *o)
{
	char *request = request_of(o);
	struct nudge nudge = { .fd = -1 };
	struct connection connection;
	struct hops hops = { 0 };
	int status = EXIT_FAILURE;
	bool is_open;

	(void)c;
	if (!request)
		return EXIT_USAGE;
	is_open = connection_open(&connection, o->path, request);
	free(request);
	if (!is_open)
		return EXIT_FAILURE;
	while (connection_line(&connection, NULL) && take_line(&hops, &nudge, &connection, o->is_json, &status) &&
		standard_output_flush())
		continue;
	nudge_end(&nudge);
	connection_close(&connection);
	return status;
}
