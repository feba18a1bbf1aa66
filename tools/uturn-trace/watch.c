/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "diff.h"
#include "print.h"
#include "put.h"
#include "watch_print.h"
#include "watch_round.h"

enum { WHY_SIZE = 512 };

struct watch {
	const struct watch_world *world;
	struct watch_round round;
	struct trace_record full; /* of the last full run */
	char failure[WHY_SIZE]; /* of the last run; "": it did not fail */
	bool is_full_wanted; /* SIGUSR1 */
	bool has_failed; /* no memory, or no place for what is printed */
	ev_signal on_request;
	ev_timer on_time;
};

static void asked_for(struct ev_loop *ev, ev_signal *signal, int events)
{
	struct watch *w = signal->data;

	(void)events;
	w->is_full_wanted = true;
	if (ev_is_active(&w->on_time))
		ev_break(ev, EVBREAK_ALL);
}

static void timed(struct ev_loop *ev, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(ev, EVBREAK_ALL);
}

/* A run that fails is told once: the network may be away for a while. */
static void told_failure(struct watch *w, const char *why)
{
	if (strcmp(w->failure, why) != 0)
		watch_print_event(w->world->out, w->world->options->format, "error", *why ? why : "over");
	snprintf(w->failure, sizeof(w->failure), "%s", why);
}

/* Into *r, which is empty. False: nothing is known, for now or because there is no memory. */
static bool run_once(struct watch *w, const uint16_t *flows, unsigned count, struct trace_record *r)
{
	struct run *run = w->world->run;
	char why[WHY_SIZE] = "";

	trace_record_init(r);
	snprintf(r->target_name, sizeof(r->target_name), "%s", w->world->target_name);
	if (!run_renew(run, flows, count)) {
		w->has_failed = true;
		return false;
	}
	if (run_trace(run, w->world->wire, why, sizeof(why)) == RUN_FAILED) {
		told_failure(w, why);
		return false;
	}
	told_failure(w, "");
	if (run_fill(run, r))
		return true;
	w->has_failed = true;
	trace_record_done(r);
	return false;
}

/* The first flows are those that the full run, which was the last, has found to cover all links. */
static void keep(struct watch *w, const struct trace_record *r)
{
	const struct trace_options *o = w->world->options;
	const unsigned covering = run_cover(w->world->run, w->round.flows, WATCH_FLOWS - WATCH_NEW);

	trace_record_done(&w->full);
	w->full = *r;
	watch_round_begin(&w->round, covering, &w->full, !o->paths && o->flow < 0);
	put_files(o, w->world->save, &w->full);
}

static void run_full(struct watch *w)
{
	const struct watch_world *world = w->world;
	struct trace_record r;

	w->is_full_wanted = false;
	if (!run_once(w, NULL, 0, &r))
		return;
	if (run_is_interrupted(world->run)) {
		r.is_reached = w->full.is_reached; /* what it has not come to is not known */
		w->has_failed |= !watch_print_changes(world->out, world->options->format, &w->full, &r);
		trace_record_done(&r);
		return;
	}
	known_add(world->known, world->ev, world->options, &r);
	w->has_failed |= !watch_print_changes(world->out, world->options->format, &w->full, &r);
	keep(w, &r);
}

static void run_round(struct watch *w)
{
	struct trace_record r;
	bool differs;

	watch_round_next(&w->round);
	if (!run_once(w, w->round.flows, w->round.count, &r))
		return;
	differs = !run_is_interrupted(w->world->run) && watch_round_differs(&w->full, &r);
	trace_record_done(&r);
	if (differs)
		run_full(w);
}

/* Until the next round, or SIGUSR1. */
static void sleep_until(struct watch *w, double at)
{
	struct ev_loop *ev = w->world->ev;
	double left;

	ev_now_update(ev);
	left = at - ev_now(ev);
	ev_timer_init(&w->on_time, timed, left > 0 ? left : 0, 0);
	ev_timer_start(ev, &w->on_time);
	ev_run(ev, 0);
	ev_timer_stop(ev, &w->on_time);
}

static bool is_over(const struct watch *w, unsigned long rounds)
{
	return run_is_interrupted(w->world->run) || w->has_failed || ferror(w->world->out) ||
		(w->world->rounds && rounds >= w->world->rounds);
}

static void go_on(struct watch *w)
{
	const double interval = (double)w->world->options->watch_ns / 1e9;

	for (unsigned long rounds = 0; !is_over(w, rounds); rounds++) {
		const double began = ev_now(w->world->ev);

		if (w->is_full_wanted)
			run_full(w);
		else
			run_round(w);
		if (!is_over(w, rounds) && !w->is_full_wanted)
			sleep_until(w, began + interval);
	}
}

/* False: an exit status is known. */
static bool begin(struct watch *w, int *status)
{
	const struct watch_world *world = w->world;
	char why[WHY_SIZE] = "";
	struct trace_record r;

	trace_record_init(&r);
	snprintf(r.target_name, sizeof(r.target_name), "%s", world->target_name);
	*status = STATUS_NOT_REACHED;
	if (run_trace(world->run, world->wire, why, sizeof(why)) == RUN_FAILED || !run_fill(world->run, &r)) {
		trace_error("%s", *why ? why : strerror(ENOMEM));
		trace_record_done(&r);
		return false;
	}
	if (!run_is_interrupted(world->run))
		known_add(world->known, world->ev, world->options, &r);
	watch_print_first(world->out, world->options->format, &r);
	keep(w, &r);
	return true;
}

int watch(const struct watch_world *world)
{
	struct watch *w = calloc(1, sizeof(*w));
	int status = STATUS_NOT_REACHED;

	if (!w) {
		trace_error("%s", strerror(ENOMEM));
		return status;
	}
	w->world = world;
	ev_signal_init(&w->on_request, asked_for, SIGUSR1);
	w->on_request.data = w;
	ev_signal_start(world->ev, &w->on_request);
	if (begin(w, &status)) {
		if (!w->is_full_wanted)
			sleep_until(w, ev_now(world->ev) + (double)world->options->watch_ns / 1e9);
		go_on(w);
		if (w->has_failed)
			trace_error("%s", strerror(ENOMEM));
		else if (run_is_interrupted(world->run))
			status = STATUS_INTERRUPTED;
		else
			status = w->full.is_reached ? STATUS_REACHED : STATUS_NOT_REACHED;
	}
	ev_signal_stop(world->ev, &w->on_request);
	trace_record_done(&w->full);
	free(w);
	return status;
}
