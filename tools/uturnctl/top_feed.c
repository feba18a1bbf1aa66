/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "metrics/host_state.h"

enum question { STATUS, COUNTERS, TRACES, HOPS, QUESTIONS };

/* Of a flood a sample suffices, and uturnd drops what is not read. */
enum { EVENTS_MOST = 200 };

static const uint64_t patience_ns = 3000000000;

void top_feed_init(struct top_feed *f, const char *path, struct top_model *model)
{
	*f = (struct top_feed){ .path = path, .model = model, .asking.fd = -1, .watching.fd = -1, .question = -1 };
}

void top_feed_close(struct top_feed *f)
{
	control_link_close(&f->asking);
	control_link_close(&f->watching);
	f->question = -1;
	f->is_refused = false;
}

static const char *remedy_of(int err)
{
	if (err == -ENOENT || err == -ECONNREFUSED)
		return " (is uturnd running?)";
	return err == -EACCES ? " (needs root, or the group of the socket)" : "";
}

/* What is the matter comes first: the path may be longer than the line. */
static void lose(struct top_feed *f, int err)
{
	char why[TOP_TEXT_SIZE];

	top_feed_close(f);
	/* a backlog that is full is one that is not read, too */
	if (err == -EPIPE)
		snprintf(why, sizeof(why), "it has closed the connection");
	else if (err == -ETIMEDOUT || err == -EAGAIN)
		snprintf(why, sizeof(why), "timed out: socket %s", f->path);
	else
		snprintf(why, sizeof(why), "%s%s: socket %s", strerror(-err), remedy_of(err), f->path);
	top_model_down(f->model, why);
}

/* The next one, or none where all have been answered. */
static void ask(struct top_feed *f, int question)
{
	static const char *const requests[QUESTIONS] = { "{\"op\":\"status\"}", "{\"op\":\"counters\"}",
		"{\"op\":\"traces\",\"open\":true}", NULL };
	char request[64];
	int err;

	f->question = question;
	if (question == HOPS && f->model->shown)
		snprintf(request, sizeof(request), "{\"op\":\"traces\",\"id\":%" JSON_INTEGER_FORMAT "}",
			f->model->shown);
	else if (question >= HOPS) {
		f->question = -1;
		return;
	} else
		snprintf(request, sizeof(request), "%s", requests[question]);
	err = control_link_ask(&f->asking, request);
	if (err)
		lose(f, err);
}

static void look_at_host(struct top_feed *f)
{
	static char queues[HOST_QUEUES_SIZE];
	json_t *rules = host_rules_read();

	top_model_host(f->model, rules, host_queues_read(queues));
	json_decref(rules);
}

static void take_refusal(struct top_feed *f, const char *error)
{
	struct top_model *m = f->model;

	if (f->question == HOPS) {
		m->is_shown_known = false;
		snprintf(m->why, sizeof(m->why), "%s", error);
	} else if (f->question == TRACES) {
		m->trace_count = 0;
		snprintf(m->why, sizeof(m->why), "%s", error);
	} else {
		top_model_down(m, error);
	}
}

static void answered(void *owner, const json_t *answer)
{
	struct top_feed *f = owner;
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (f->question < 0)
		return;
	if (error)
		take_refusal(f, error);
	else if (f->question == STATUS)
		top_model_status(f->model, answer);
	else if (f->question == COUNTERS)
		top_model_counters(f->model, answer, clock_ns(CLOCK_MONOTONIC));
	else if (f->question == TRACES)
		top_model_traces(f->model, answer);
	else
		top_model_hops(f->model, answer);
	if (f->question == STATUS)
		look_at_host(f);
	ask(f, f->question + 1);
}

/* uturnd has monotonic time; it is shown as time of day. */
static void watched(void *owner, const json_t *event)
{
	struct top_feed *f = owner;
	const json_t *at = json_object_get(event, "time_ns");
	int64_t wall_ns = (int64_t)clock_ns(CLOCK_REALTIME);
	char text[16] = "";
	time_t seconds;
	struct tm tm;

	if (json_object_get(event, "error")) {
		f->is_refused = true;
		return;
	}
	if (json_is_integer(at))
		wall_ns -= (int64_t)clock_ns(CLOCK_MONOTONIC) - json_integer_value(at);
	seconds = (time_t)(wall_ns / 1000000000);
	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	f->events++;
	top_model_event(f->model, event, text);
}

static void watch(struct top_feed *f)
{
	if (f->watching.fd < 0 && !f->is_refused && control_link_open(&f->watching, f->path) == 0)
		control_link_ask(&f->watching, "{\"op\":\"watch\"}");
}

void top_feed_tick(struct top_feed *f, uint64_t now_ns)
{
	int err = 0;

	f->events = 0;
	if (f->question >= 0) {
		if (now_ns - f->asked_ns > patience_ns)
			lose(f, -ETIMEDOUT);
		return;
	}
	if (f->asking.fd < 0)
		err = control_link_open(&f->asking, f->path);
	if (err) {
		lose(f, err);
		look_at_host(f);
		return;
	}
	f->asked_ns = now_ns;
	ask(f, STATUS);
	if (f->asking.fd >= 0)
		watch(f);
}

void top_feed_fds(const struct top_feed *f, struct pollfd fds[TOP_FEED_FDS])
{
	fds[0] = (struct pollfd){ .fd = f->asking.fd, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = f->events < EVENTS_MOST ? f->watching.fd : -1, .events = POLLIN };
}

bool top_feed_is_asking(const struct top_feed *f)
{
	return f->question >= 0;
}

bool top_feed_work(struct top_feed *f, const struct pollfd fds[TOP_FEED_FDS])
{
	bool was_asking = top_feed_is_asking(f);
	int err = 0;

	if (fds[0].fd >= 0 && fds[0].revents)
		err = control_link_work(&f->asking, answered, f);
	if (err)
		lose(f, err);
	else if (fds[1].fd >= 0 && fds[1].revents && f->watching.fd >= 0)
		control_link_work(&f->watching, watched, f); /* one that is closed is opened again */
	return err || (was_asking && !top_feed_is_asking(f));
}
