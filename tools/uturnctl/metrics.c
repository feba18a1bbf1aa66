/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl metrics`: figures for Prometheus, on standard output or in a file for node_exporter. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate_expiry.h"
#include "command.h"
#include "common/clock.h"
#include "control/control_link.h"
#include "errors.h"
#include "file_replace.h"
#include "metrics/figures.h"
#include "metrics/host_state.h"

enum { ANSWERS = 2, ANSWER_MS = 3000 };

static const char *const requests[ANSWERS] = { "{\"op\":\"status\"}", "{\"op\":\"counters\"}" };

struct asked {
	json_t *answers[ANSWERS];
	size_t count; /* that have come */
	bool is_refused;
};

static void take_answer(void *owner, const json_t *object)
{
	struct asked *a = owner;

	if (json_object_get(object, "error"))
		a->is_refused = true;
	else if (a->count < ANSWERS)
		a->answers[a->count++] = json_incref((json_t *)object);
}

/* One question after the other; 0, or a negative errno. */
static int ask(struct control_link *link, struct asked *a)
{
	const uint64_t end_ns = clock_ns(CLOCK_MONOTONIC) + (uint64_t)ANSWER_MS * 1000000;
	size_t sent = 0;

	while (a->count < ANSWERS && !a->is_refused) {
		struct pollfd wait = { .fd = link->fd, .events = POLLIN };
		uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
		int err = 0;

		if (sent == a->count)
			err = control_link_ask(link, requests[sent++]);
		if (!err && now_ns >= end_ns)
			err = -ETIMEDOUT;
		if (!err && poll(&wait, 1, (int)((end_ns - now_ns) / 1000000) + 1) > 0)
			err = control_link_work(link, take_answer, a);
		if (err)
			return err;
	}
	return a->is_refused ? -EBUSY : 0;
}

/* False after an error message: this user may not ask. An uturnd that is down leaves no answers, and is not an error. */
static bool ask_uturnd(const char *path, struct asked *a)
{
	struct control_link link;
	int err = control_link_open(&link, path);

	if (err == -EACCES || err == -EPERM) {
		errors_print("socket %s: %s (needs root, or the group of the socket)", path, strerror(-err));
		return false;
	}
	if (!err)
		err = ask(&link, a);
	control_link_close(&link);
	for (size_t i = 0; err && i < ANSWERS; i++) {
		json_decref(a->answers[i]);
		a->answers[i] = NULL;
	}
	return true;
}

static int put(const char *text, const char *file)
{
	int err;

	if (!file) {
		fputs(text, stdout);
		return EXIT_SUCCESS;
	}
	err = file_replace(file, text, strlen(text), false);
	if (!err)
		return EXIT_SUCCESS;
	errors_print("metrics: %s: %s", file, strerror(-err));
	return EXIT_FAILURE;
}

int metrics_run(const struct ctl_command *c, const struct ctl_options *o)
{
	static char queues[HOST_QUEUES_SIZE];
	struct asked asked = { .count = 0 };
	struct figures_found found = { NULL, NULL, NULL, NULL, 0 };
	json_t *rules;
	char *text;
	int status;

	(void)c;
	if (!ask_uturnd(o->path, &asked))
		return EXIT_FAILURE;
	rules = host_rules_read();
	found.status = asked.answers[0];
	found.counters = asked.answers[1];
	found.rules = rules;
	found.queues = host_queues_read(queues);
	found.certificate_expiry = certificate_expiry("/etc/uturn/uturn-web.conf");
	text = figures_text(&found);
	if (text)
		status = put(text, o->textfile);
	else
		status = (errors_print("%s", strerror(ENOMEM)), EXIT_FAILURE);
	free(text);
	json_decref(rules);
	json_decref(asked.answers[0]);
	json_decref(asked.answers[1]);
	return status;
}
