/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl status`: what uturnd says of itself, and what it cannot see: its rules, its queues, and what is wrong. */
#include "status.h"

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "connection.h"
#include "metrics/host_state.h"
#include "print.h"
#include "problems.h"

/* One without a listener has no line, and no figures. */
static json_t *queue_json(const char *queues, unsigned number)
{
	struct host_queue queue = { 0 };
	bool has_listener = host_queue_find(queues, number, &queue);

	return json_pack("{sI sb sI sI sI}", "queue", (json_int_t)number, "listener", has_listener, "waiting",
		(json_int_t)queue.waiting, "dropped", (json_int_t)queue.dropped, "lost", (json_int_t)queue.lost);
}

/* Of a status; as many as uturnd may have. */
static json_t *queues_json(const json_t *status, const char *queues)
{
	enum { QUEUES_MOST = 32 };
	const char *text = json_string_value(json_object_get(status, "queue"));
	unsigned first, last;
	bool has_queues = host_queues_of(text, &first, &last);
	json_t *list = json_array();

	for (unsigned i = 0; has_queues && i < QUEUES_MOST && i <= last - first && first <= last; i++)
		json_array_append_new(list, queue_json(queues, first + i));
	return list;
}

void status_add(json_t *status, json_t *rules, const char *queues)
{
	json_object_set_new(status, "rules", rules ? json_incref(rules) : json_string("not kept"));
	if (queues)
		json_object_set_new(status, "queues", queues_json(status, queues));
	json_object_set_new(status, "problems", problems_find(status));
}

int status_run(const struct ctl_command *c, const struct ctl_options *o)
{
	static char queues[HOST_QUEUES_SIZE];
	json_t *status = connection_ask(o->path, "{\"op\":\"status\"}"), *rules;
	char *text;

	(void)c;
	if (!status)
		return EXIT_FAILURE;
	rules = host_rules_read();
	status_add(status, rules, host_queues_read(queues));
	if (o->is_json) {
		text = json_dumps(status, PRINT_JSON);
		puts(text ? text : "{}");
		free(text);
	} else {
		print_status(status);
	}
	json_decref(rules);
	json_decref(status);
	return EXIT_SUCCESS;
}
