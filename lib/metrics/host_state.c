/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics/host_state.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char rules_file[] = "/run/uturn-rules/state.json", queues_file[] = "/proc/net/netfilter/nfnetlink_queue";

json_t *host_rules_read(void)
{
	json_t *rules = json_load_file(rules_file, JSON_REJECT_DUPLICATES, NULL);
	json_int_t pid = json_integer_value(json_object_get(rules, "pid"));

	if (pid > 0 && (kill((pid_t)pid, 0) == 0 || errno != ESRCH))
		return rules;
	json_decref(rules);
	return NULL;
}

const char *host_queues_read(char text[HOST_QUEUES_SIZE])
{
	FILE *file = fopen(queues_file, "re");
	size_t len;

	text[0] = '\0';
	if (!file)
		return errno == ENOENT ? text : NULL;
	len = fread(text, 1, HOST_QUEUES_SIZE - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

bool host_queues_of(const char *text, unsigned *first, unsigned *last)
{
	int count = text ? sscanf(text, "%u:%u", first, last) : 0;

	if (count == 1)
		*last = *first;
	return count >= 1;
}

bool host_queue_find(const char *text, unsigned number, struct host_queue *queue)
{
	struct host_queue q = { 0 };

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%u %" SCNu32 " %u %*u %u %u %u", &q.number, &q.port, &q.waiting, &q.copy_range,
			    &q.dropped, &q.lost) != 6 ||
			q.number != number)
			continue;
		if (queue)
			*queue = q;
		return true;
	}
	return false;
}
