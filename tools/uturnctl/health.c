/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "connection.h"
#include "drain.h"
#include "errors.h"
#include "metrics/host_state.h"

enum { ANSWER_SECONDS = 1 };

/* A family that is not kept is not in use. */
static bool judge_family(const char *name, const json_t *family, char words[HEALTH_WORDS_SIZE])
{
	const char *state = json_string_value(json_object_get(family, "state"));
	const char *error = json_string_value(json_object_get(family, "error"));

	if (!family || (state && strcmp(state, "present") == 0))
		return true;
	snprintf(words, HEALTH_WORDS_SIZE, "rules of %s %s%s%s (uturn-rules check says more)", name,
		state ? state : "unknown", error && *error ? ": " : "", error ? error : "");
	return false;
}

static bool judge_queues(const json_t *status, const char *queues, char words[HEALTH_WORDS_SIZE])
{
	const char *text = json_string_value(json_object_get(status, "queue"));
	unsigned first, last;

	if (!host_queues_of(text, &first, &last))
		return true; /* of another version */
	for (unsigned queue = first; queue <= last; queue++) {
		if (host_queue_find(queues, queue, NULL))
			continue;
		snprintf(words, HEALTH_WORDS_SIZE, "queue %u has no listener", queue);
		return false;
	}
	return true;
}

bool health_judge(const json_t *status, const struct health_found *found, char words[HEALTH_WORDS_SIZE])
{
	const char *version = json_string_value(json_object_get(status, "version"));

	if (!judge_family("IPv4", json_object_get(found->rules, "ipv4"), words) ||
		!judge_family("IPv6", json_object_get(found->rules, "ipv6"), words) ||
		(found->queues && !judge_queues(status, found->queues, words)))
		return false;
	snprintf(words, HEALTH_WORDS_SIZE, "uturnd %s answers, %s, %s", version ? version : "?",
		found->rules ? "rules present" : "rules not kept",
		found->queues ? "queue has its listener" : "queue not checked (needs root)");
	return true;
}

/* A new reference, or NULL after an error message. */
static json_t *ask(const char *path)
{
	struct connection connection;
	json_t *status = NULL;

	if (!connection_open_within(&connection, path, "{\"op\":\"status\"}", ANSWER_SECONDS))
		return NULL;
	if (connection_line(&connection, NULL))
		status = connection_answer(&connection);
	connection_close(&connection);
	if (!status || json_is_true(json_object_get(status, "ready")))
		return status;
	errors_print("uturnd is not ready");
	json_decref(status);
	return NULL;
}

int health_run(const struct ctl_command *c, const struct ctl_options *o)
{
	static char queues[HOST_QUEUES_SIZE];
	char words[HEALTH_WORDS_SIZE];
	json_t *status = ask(o->path), *rules;
	bool is_healthy;

	(void)c;
	if (!status)
		return EXIT_FAILURE;
	if (drain_words(status, words)) {
		errors_print("%s", words);
		json_decref(status);
		return EXIT_DRAINING;
	}
	rules = host_rules_read();
	is_healthy = health_judge(status, &(struct health_found){ rules, host_queues_read(queues) }, words);
	json_decref(rules);
	json_decref(status);
	if (!is_healthy) {
		errors_print("%s", words);
		return EXIT_FAILURE;
	}
	puts(words);
	return EXIT_SUCCESS;
}
