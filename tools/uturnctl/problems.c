/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "problems.h"

#include <stdbool.h>
#include <string.h>

#include "common/version.h"

enum {
	FLIGHT_SECONDS = 10, /* by then a router has answered, or will not */
	RELAY_SECONDS = 3600, /* without a relay, while probes are turned */
};

static void add(json_t *problems, json_t *words)
{
	json_array_append_new(problems, words);
}

static json_int_t number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void judge_version(json_t *problems, const json_t *status)
{
	const char *version = json_string_value(json_object_get(status, "version"));

	if (version && strcmp(version, UTURN_VERSION) != 0)
		add(problems, json_sprintf("uturnd is %s, uturnctl " UTURN_VERSION ": restart uturnd", version));
}

/* A family that is not kept is not in use. */
static void judge_family(json_t *problems, const char *name, const json_t *family)
{
	const char *state = json_string_value(json_object_get(family, "state"));
	const char *error = json_string_value(json_object_get(family, "error"));
	bool has_error = error && *error;

	if (!family || (state && strcmp(state, "present") == 0 && !has_error))
		return;
	add(problems,
		json_sprintf("rules of %s %s%s%s (uturn-rules check says more)", name, state ? state : "unknown",
			has_error ? ": " : "", has_error ? error : ""));
}

static void judge_queue(json_t *problems, const json_t *queue)
{
	static const char remedy[] = "(give uturnd more of the CPU, or more workers: queue N:M in uturnd.conf)";
	json_int_t number = number_of(queue, "queue"), dropped = number_of(queue, "dropped"),
		   lost = number_of(queue, "lost");

	if (json_is_false(json_object_get(queue, "listener"))) {
		add(problems, json_sprintf("queue %" JSON_INTEGER_FORMAT " has no listener: restart uturnd", number));
		return;
	}
	if (dropped)
		add(problems,
			json_sprintf("queue %" JSON_INTEGER_FORMAT " was full: %" JSON_INTEGER_FORMAT
				     " packets dropped %s",
				number, dropped, remedy));
	if (lost)
		add(problems,
			json_sprintf("queue %" JSON_INTEGER_FORMAT ": receive buffer was full: %" JSON_INTEGER_FORMAT
				     " packets dropped %s",
				number, lost, remedy));
}

static void judge_losses(json_t *problems, const json_t *status)
{
	json_int_t dropped = number_of(json_object_get(status, "capture"), "dropped");
	json_int_t flights = number_of(status, "flights"), capacity = number_of(status, "capacity");
	const char *refused = json_string_value(json_object_get(status, "refused"));

	if (dropped)
		add(problems,
			json_sprintf("capture: %" JSON_INTEGER_FORMAT " answers of routers lost as its receive "
				     "buffer was full (give uturnd more of the CPU, or more workers: queue N:M "
				     "in uturnd.conf)",
				dropped));
	if (capacity && flights >= capacity)
		add(problems, json_string("flights: the table is full (increase 'in-flight N' in uturnd.conf)"));
	if (refused)
		add(problems, json_string(refused));
}

static void judge_relays(json_t *problems, const json_t *status)
{
	const json_t *turned = json_object_get(status, "last_turned_s"),
		     *relayed = json_object_get(status, "last_relayed_s");
	double since = json_number_value(turned);
	bool is_over = since > FLIGHT_SECONDS || number_of(status, "uptime_s") > RELAY_SECONDS;

	if (!turned || (relayed && json_number_value(relayed) - since < RELAY_SECONDS) || (!relayed && !is_over))
		return;
	add(problems,
		json_string(relayed ? "no router's answer was relayed for an hour, though probes were turned: "
				      "do ICMP errors reach this host? (uturnctl doctor)"
				    : "no router's answer was relayed yet, though probes were turned: "
				      "do ICMP errors reach this host? (uturnctl doctor)"));
}

json_t *problems_find(const json_t *status)
{
	const json_t *rules = json_object_get(status, "rules"), *queues = json_object_get(status, "queues");
	const json_t *warnings = json_object_get(status, "warnings");
	json_t *problems = json_array();

	judge_version(problems, status);
	judge_family(problems, "IPv4", json_object_get(rules, "ipv4"));
	judge_family(problems, "IPv6", json_object_get(rules, "ipv6"));
	for (size_t i = 0; i < json_array_size(queues); i++)
		judge_queue(problems, json_array_get(queues, i));
	judge_losses(problems, status);
	judge_relays(problems, status);
	for (size_t i = 0; i < json_array_size(warnings); i++)
		json_array_append(problems, json_array_get(warnings, i));
	return problems;
}
