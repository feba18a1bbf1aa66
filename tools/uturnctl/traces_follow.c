/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl traces -f`: the last traces, and then each that ends, with its hops, until ^C. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/standard_output.h"
#include "control/control_link.h"
#include "control/trace_follow.h"
#include "errors.h"
#include "print.h"
#include "traces_follow.h"

enum { PAUSE_MS = 500, ANSWER_MS = 5000, KEPT = 1024 };

struct following {
	struct control_link link;
	struct trace_follow follow;
	const struct ctl_options *options;
	json_t *kept[KEPT]; /* the last ones of those that had ended before, in a ring */
	unsigned last, count; /* how many of them are wanted; how many there were */
	bool is_current, has_failed, is_answered;
};

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	(void)signal;
	is_over = 1;
}

static void print(const struct following *f, const json_t *trace)
{
	char *text = f->options->is_json ? json_dumps(trace, PRINT_JSON) : NULL;

	if (f->options->is_json)
		puts(text ? text : "{}");
	else
		print_kept_trace(trace);
	free(text);
}

static void told(void *owner, const json_t *trace)
{
	struct following *f = owner;
	json_t **place = &f->kept[f->count % KEPT];

	if (f->is_current) {
		print(f, trace);
		return;
	}
	json_decref(*place);
	*place = json_incref((json_t *)(uintptr_t)trace);
	f->count++;
}

/* What had ended before: the last of it. */
static void print_kept(struct following *f)
{
	unsigned wanted = f->last < KEPT ? f->last : KEPT;

	wanted = wanted < f->count ? wanted : f->count;
	for (unsigned i = f->count - wanted; i < f->count; i++)
		print(f, f->kept[i % KEPT]);
	f->is_current = true;
}

static void answered(void *owner, const json_t *answer)
{
	struct following *f = owner;
	const uint64_t missed = f->follow.missed;
	const char *why;
	const int count = trace_follow_take(&f->follow, answer, told, f, &why);

	f->is_answered = true;
	f->has_failed = count < 0;
	if (count < 0) {
		errors_print("%s", why);
		return;
	}
	if (f->follow.missed > missed)
		errors_print("%llu traces have ended and are not kept any more",
			(unsigned long long)(f->follow.missed - missed));
	if (!count && !f->is_current)
		print_kept(f);
	if (!count || f->is_current) {
		f->has_failed = !standard_output_flush();
		poll(NULL, 0, count || is_over ? 0 : PAUSE_MS);
	}
}

/* One question and its answer; false at the end, after an error message where it is one. */
static bool ask(struct following *f)
{
	char request[TRACE_FOLLOW_REQUEST_SIZE];
	const char *text = trace_follow_request(&f->follow, request);
	int err = text ? control_link_ask(&f->link, text) : -ENOMEM;

	f->is_answered = false;
	while (!err && !f->is_answered && !is_over) {
		struct pollfd p = { .fd = f->link.fd, .events = POLLIN };
		const int ready = poll(&p, 1, ANSWER_MS);

		if (ready > 0)
			err = control_link_work(&f->link, answered, f);
		else if (ready == 0)
			err = -ETIMEDOUT;
	}
	if (err && !is_over)
		errors_print("uturnd closed the connection, or does not answer: %s", strerror(-err));
	return !err && !f->has_failed && !is_over;
}

int traces_follow(const struct ctl_options *o, unsigned last)
{
	const struct sigaction action = { .sa_handler = end };
	struct following f = { .options = o, .last = last };
	const int err = control_link_open(&f.link, o->path);

	if (err) {
		errors_print("socket %s: %s (is uturnd running, and are you in operator-group?)", o->path,
			strerror(-err));
		return EXIT_FAILURE;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (ask(&f))
		;
	for (unsigned i = 0; i < KEPT; i++)
		json_decref(f.kept[i]);
	trace_follow_done(&f.follow);
	control_link_close(&f.link);
	return is_over ? EXIT_SUCCESS : EXIT_FAILURE;
}
