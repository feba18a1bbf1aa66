/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "connection.h"
#include "print_hop.h"
#include "trace_nudge.h"

enum { EXIT_USAGE = 2 };

/* The request as a line, for the caller to free; NULL after a complaint. */
static char *request_of(const struct trace_wish *w)
{
	struct addr a, b;
	uint16_t port;
	json_t *request;
	char *line;

	if (!addr_port_parse(w->local, &a, &port) || !addr_port_parse(w->peer, &b, &port)) {
		complain("a connection is ADDRESS:PORT ADDRESS:PORT, such as 192.0.2.1:22 198.51.100.7:40000, or with "
			 "[2001:db8::1]:22: `ss -tn` lists them");
		return NULL;
	}
	if (a.family != b.family) {
		complain("one of the addresses is IPv4, the other IPv6");
		return NULL;
	}
	request = json_pack("{ss s{ss ss}}", "op", "trace", "flow", "local", w->local, "peer", w->peer);
	if (w->max_ttl)
		json_object_set_new(request, "max-ttl", json_integer(w->max_ttl));
	if (w->attempts)
		json_object_set_new(request, "attempts", json_integer(w->attempts));
	line = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	return line;
}

static int end_with(const json_t *done)
{
	static const struct {
		const char *end, *words;
	} rows[] = {
		{ "max-ttl", "the peer did not answer: it may be further away, or know no DSACK (RFC 2883)" },
		{ "closed", "the connection was closed" },
		{ "busy", "the connection was never without data that is not acknowledged: try again" },
		{ "idle", "nothing was said on the connection: try again while it is used" },
		{ "limit", "the connection has sent too little, or a limit of uturnd.conf is in the way" },
	};
	const char *end = json_string_value(json_object_get(done, "end"));

	if (end && strcmp(end, "reached") == 0)
		return EXIT_SUCCESS;
	for (size_t i = 0; end && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(end, rows[i].end) == 0)
			complain("%s", rows[i].words);
	return EXIT_FAILURE;
}

/* One line of the answer; true: there is more to come, else *status is set. */
static bool take_line(struct hops *hops, struct nudge *nudge, const char *line, bool is_json, int *status)
{
	json_t *answer = json_loads(line, 0, NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));
	bool is_done = json_is_true(json_object_get(answer, "done"));

	*status = EXIT_FAILURE;
	if (!answer || error)
		complain("%s", error ? error : "uturnd's answer is no JSON: is this its socket?");
	else if (is_json)
		fputs(line, stdout);
	if (answer && !error) {
		if (json_object_get(answer, "tracing"))
			nudge_begin(nudge, json_integer_value(json_object_get(answer, "inode")));
		else
			nudge_end(nudge);
		if (!is_json)
			hops_print(hops, answer);
		if (is_done)
			*status = end_with(answer);
	}
	json_decref(answer);
	return answer && !error && !is_done;
}

int trace(const char *path, const struct trace_wish *wish, bool is_json)
{
	char *request = request_of(wish);
	struct nudge nudge = { .fd = -1 };
	struct connection connection;
	struct hops hops = { 0 };
	const char *line;
	int status = EXIT_FAILURE;
	bool is_open;

	if (!request)
		return EXIT_USAGE;
	is_open = connection_open(&connection, path, request);
	free(request);
	if (!is_open)
		return EXIT_FAILURE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	do
		line = connection_line(&connection, NULL);
	while (line && take_line(&hops, &nudge, line, is_json, &status));
	nudge_end(&nudge);
	connection_close(&connection);
	return status;
}
