/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "health.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "errors.h"

static const char rules_file[] = "/run/uturn-rules/state.json", queues_file[] = "/proc/net/netfilter/nfnetlink_queue";

enum { ANSWER_SECONDS = 1, QUEUES_SIZE = 65536 };

__attribute__((format(printf, 2, 3))) static void add(char words[HEALTH_WORDS_SIZE], const char *format, ...)
{
	size_t used = strlen(words);
	va_list args;

	va_start(args, format);
	vsnprintf(words + used, HEALTH_WORDS_SIZE - used, format, args);
	va_end(args);
}

/* A family that is not kept is not in use. */
static bool judge_family(const char *name, const json_t *family, char words[HEALTH_WORDS_SIZE])
{
	const char *state = json_string_value(json_object_get(family, "state"));
	const char *error = json_string_value(json_object_get(family, "error"));

	if (!family || (state && strcmp(state, "present") == 0))
		return true;
	words[0] = '\0';
	add(words, "rules of %s %s%s%s (uturn-rules check says more)", name, state ? state : "unknown",
		error && *error ? ": " : "", error ? error : "");
	return false;
}

/* The columns of nfnetlink_queue: the first is the number of a queue that has a listener. */
static bool has_listener(const char *queues, unsigned queue)
{
	unsigned number;

	for (const char *line = queues; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%u", &number) == 1 && number == queue)
			return true;
	}
	return false;
}

static bool judge_queues(const json_t *status, const char *queues, char words[HEALTH_WORDS_SIZE])
{
	const char *text = json_string_value(json_object_get(status, "queue"));
	unsigned first, last;
	int count = text ? sscanf(text, "%u:%u", &first, &last) : 0;

	if (count < 1)
		return true; /* of another version */
	for (unsigned queue = first; count < 2 ? queue == first : queue <= last; queue++) {
		if (has_listener(queues, queue))
			continue;
		words[0] = '\0';
		add(words, "queue %u has no listener", queue);
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
	words[0] = '\0';
	add(words, "uturnd %s answers, %s, %s", version ? version : "?",
		found->rules ? "rules present" : "rules not kept",
		found->queues ? "queue has its listener" : "queue not checked (needs root)");
	return true;
}

/* NULL without a program that keeps the rules; one that was killed has left its file behind. */
static json_t *read_rules(void)
{
	json_t *rules = json_load_file(rules_file, JSON_REJECT_DUPLICATES, NULL);
	json_int_t pid = json_integer_value(json_object_get(rules, "pid"));

	if (pid > 0 && (kill((pid_t)pid, 0) == 0 || errno != ESRCH))
		return rules;
	json_decref(rules);
	return NULL;
}

/* NULL where it may not be read; no file, no queue. */
static const char *read_queues(char text[QUEUES_SIZE])
{
	FILE *file = fopen(queues_file, "re");
	size_t len;

	text[0] = '\0';
	if (!file)
		return errno == ENOENT ? text : NULL;
	len = fread(text, 1, QUEUES_SIZE - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

/* A new reference, or NULL after an error message. */
static json_t *ask(const char *path)
{
	struct connection connection;
	json_t *status = NULL;
	const char *line;

	if (!connection_open_within(&connection, path, "{\"op\":\"status\"}", ANSWER_SECONDS))
		return NULL;
	line = connection_line(&connection, NULL);
	if (line) {
		status = json_loads(line, 0, NULL);
		if (!json_is_true(json_object_get(status, "ready"))) {
			errors_print("uturnd is not ready");
			json_decref(status);
			status = NULL;
		}
	}
	connection_close(&connection);
	return status;
}

int health_run(const char *path)
{
	static char queues[QUEUES_SIZE];
	char words[HEALTH_WORDS_SIZE];
	json_t *status = ask(path), *rules;
	bool is_healthy;

	if (!status)
		return EXIT_FAILURE;
	rules = read_rules();
	is_healthy = health_judge(status, &(struct health_found){ rules, read_queues(queues) }, words);
	json_decref(rules);
	json_decref(status);
	if (!is_healthy) {
		errors_print("%s", words);
		return EXIT_FAILURE;
	}
	puts(words);
	return EXIT_SUCCESS;
}
