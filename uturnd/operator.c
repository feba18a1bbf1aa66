/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config_verdict.h"
#include "engine/engine.h"
#include "log.h"
#include "notify.h"
#include "report.h"
#include "version.h"

/* What is opened once can't change while it is open: said, and left as it was. */
static void keep_fixed(const struct config *was, struct config *now)
{
	const struct {
		const char *keyword;
		bool is_changed;
	} fixed[] = {
		{ "queue", was->queue_first != now->queue_first || was->queue_last != now->queue_last },
		{ "in-flight", was->in_flight != now->in_flight },
		{ "interface", strcmp(was->interface, now->interface) != 0 },
		{ "control", strcmp(was->control, now->control) != 0 },
		{ "user", strcmp(was->user, now->user) != 0 },
		{ "mark", was->mark != now->mark },
	};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (fixed[i].is_changed)
			log_warning("%s: stays as it was until uturnd is restarted", fixed[i].keyword);
	now->queue_first = was->queue_first;
	now->queue_last = was->queue_last;
	now->in_flight = was->in_flight;
	now->mark = was->mark;
	memcpy(now->interface, was->interface, sizeof(now->interface));
	memcpy(now->control, was->control, sizeof(now->control));
	memcpy(now->user, was->user, sizeof(now->user));
}

bool operator_reload(struct engine *e, const char *path, char *why, size_t why_size)
{
	struct config config;
	char chosen[CONFIG_VERDICT_WORDS_SIZE];
	bool is_right;

	notify_reloading();
	is_right = config_load(path, &config, why, why_size) == 0;
	if (is_right) {
		keep_fixed(&e->config, &config);
		engine_configure(e, &config);
		log_info("configuration reloaded");
		if (*config_verdict_words(&config, chosen))
			log_info("%s", chosen);
	} else {
		log_error("%s: the configuration stays as it was", why);
	}
	notify_ready();
	return is_right;
}

static json_t *report_status(const struct engine *e, const char *path, uint64_t uptime_ns)
{
	const struct config *c = &e->config;
	char queue[16];

	snprintf(queue, sizeof(queue), c->queue_first == c->queue_last ? "%u" : "%u:%u", c->queue_first, c->queue_last);
	return json_pack("{ss sI sb sI sI si ss ss sI}", "version", UTURN_VERSION, "uptime_s",
		(json_int_t)(uptime_ns / 1000000000), "ready", true, "flights", (json_int_t)e->flights.out, "capacity",
		(json_int_t)e->flights.capacity, "traces", (int)e->inband.running, "queue", queue, "config",
		path ? path : config_path, "pid", (json_int_t)getpid());
}

json_t *operator_answer(struct engine *e, const char *path, uint64_t uptime_ns, const char *op, const char **why)
{
	static char words[CONFIG_WHY_SIZE];

	if (strcmp(op, "status") == 0)
		return report_status(e, path, uptime_ns);
	if (strcmp(op, "counters") == 0)
		return report_counters(e->counters);
	if (strcmp(op, "reload") == 0) {
		if (operator_reload(e, path, words, sizeof(words)))
			return json_pack("{sb}", "reloaded", true);
		*why = words;
		return NULL;
	}
	*why = "unknown op";
	return NULL;
}
