/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live.h"

#include <errno.h>
#include <ev.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/text.h"
#include "live_state.h"
#include "put.h"
#include "search/search.h"

enum { WHY_SIZE = 512 };

static const double redraw_s = 0.25;

static const char *words_of_state(const struct live *l)
{
	if (l->is_searching)
		return "searching";
	return l->is_paused ? "paused" : run_sweep_error(l->setting->run);
}

static void write_title(struct live *l)
{
	const struct aim *aim = l->setting->aim;
	const char *state = words_of_state(l);
	const int first = l->setting->options->flow; /* of --flow: that of the searches is 0 */
	char text[ADDR_TEXT_SIZE], path[128] = "";
	const bool has_name = *l->setting->target_name &&
		strcmp(l->setting->target_name, addr_text(&aim->target, text)) != 0;

	addr_text(&aim->target, text);
	if (l->world.path != LIVE_ALL_PATHS)
		snprintf(path, sizeof(path), ", flow %d, port %u", l->world.path + (first > 0 ? first : 0),
			flows_port(&aim->flows, (unsigned)(l->world.path + (first > 0 ? first : 0))));
	else if (l->has_record && *l->record.cut_off)
		snprintf(path, sizeof(path), ", bound %.2g, wanted %.2g: %s", l->record.bound, l->record.wanted,
			l->record.cut_off);
	else if (l->has_record)
		snprintf(path, sizeof(path), ", %zu flow%s; anything missing: less than %.2g %%", l->record.flow_count,
			l->record.flow_count == 1 ? "" : "s", 100 * l->record.bound);
	snprintf(l->view.title, sizeof(l->view.title), "%s%.100s%s%s%s, %s%s%s", state ? state : "", state ? ": " : "",
		has_name ? l->setting->target_name : text, has_name ? " " : "", has_name ? text : "", aim_protocol(aim),
		path, l->has_record && !l->record.is_reached ? ", not reached" : "");
}

void live_draw(struct live *l)
{
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		l->world.searches[d] = run_search(l->setting->run, d);
	l->world.now_ms = (uint32_t)(clock_ns(CLOCK_MONOTONIC) / 1000000);
	live_losses_find(&l->world.losses, l->world.searches);
	l->view.row_count = live_rows(&l->world, l->rows);
	write_title(l);
	snprintf(l->view.status, sizeof(l->view.status), "%s", l->message);
	screen_size(l->setting->screen, &l->text.lines, &l->text.columns);
	view_draw(&l->view, &l->text);
	screen_show(l->setting->screen, &l->text);
}

static void timed(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	live_draw(w->data);
}

static void resized(struct ev_loop *ev, ev_signal *w, int events)
{
	(void)ev;
	(void)events;
	live_draw(w->data);
}

static void suspended(struct ev_loop *ev, ev_signal *w, int events)
{
	struct live *l = w->data;

	(void)ev;
	(void)events;
	screen_suspend(l->setting->screen);
	live_draw(l);
}

/* The terminal is gone, or a core is asked for, which would leave it as it is. */
static void ended(struct ev_loop *ev, ev_signal *w, int events)
{
	const struct live *l = w->data;

	(void)ev;
	(void)events;
	run_stop(l->setting->run);
}

static void start_signal(struct live *l, ev_signal *w, void (*told)(struct ev_loop *, ev_signal *, int), int number)
{
	ev_signal_init(w, told, number);
	w->data = l;
	ev_signal_start(l->setting->ev, w);
}

static void start_watching(struct live *l)
{
	struct ev_loop *ev = l->setting->ev;

	ev_io_init(&l->on_key, live_keys_ready, STDIN_FILENO, EV_READ);
	ev_timer_init(&l->on_time, timed, redraw_s, redraw_s);
	l->on_key.data = l->on_time.data = l;
	ev_io_start(ev, &l->on_key);
	ev_timer_start(ev, &l->on_time);
	start_signal(l, &l->on_resize, resized, SIGWINCH);
	start_signal(l, &l->on_suspend, suspended, SIGTSTP);
	start_signal(l, &l->on_hangup, ended, SIGHUP);
	start_signal(l, &l->on_quit, ended, SIGQUIT);
}

static void stop_watching(struct live *l)
{
	struct ev_loop *ev = l->setting->ev;

	ev_io_stop(ev, &l->on_key);
	ev_timer_stop(ev, &l->on_time);
	ev_signal_stop(ev, &l->on_resize);
	ev_signal_stop(ev, &l->on_suspend);
	ev_signal_stop(ev, &l->on_hangup);
	ev_signal_stop(ev, &l->on_quit);
}

static void swept(void *owner, const struct run_sample *sample)
{
	struct live *l = owner;

	live_stats_add(&l->stats, sample);
}

/* Interrupted, it keeps what is known, as a trace that is not live does. False: nothing is. */
static bool search(struct live *l, char *why, size_t why_size)
{
	const struct live_setting *s = l->setting;
	struct trace_record r;

	l->is_searching = true;
	live_draw(l);
	if (run_trace(s->run, s->wire, why, why_size) == RUN_FAILED)
		return false;
	trace_record_init(&r);
	snprintf(r.target_name, sizeof(r.target_name), "%s", s->target_name);
	if (!run_fill(s->run, &r)) {
		trace_record_done(&r);
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		return false;
	}
	if (run_is_interrupted(s->run) && l->has_record) {
		trace_record_done(&r); /* that of the search before has more */
		return true;
	}
	trace_record_done(&l->record);
	l->record = r;
	l->has_record = true;
	l->is_searching = false;
	if (!run_is_interrupted(s->run))
		known_add(s->known, s->ev, s->options, &l->record);
	return true;
}

/* Another search brings other flows, and routers in other places. */
static bool renew(struct live *l, char *why, size_t why_size)
{
	l->is_again_wanted = l->is_paused = false;
	l->world.path = LIVE_ALL_PATHS;
	l->world.losses = (struct live_losses){ .flows = { { { 0 } } } };
	live_stats_clear(&l->stats);
	if (run_renew(l->setting->run, NULL, 0))
		return true;
	snprintf(why, why_size, "%s", strerror(ENOMEM));
	return false;
}

static bool go_on(struct live *l, char *why, size_t why_size)
{
	struct run *run = l->setting->run;

	do {
		if (l->is_again_wanted && !renew(l, why, why_size))
			return false;
		if (!search(l, why, why_size))
			return false;
		if (!run_is_interrupted(run) && run_sweep(run, swept, l, why, why_size) == RUN_FAILED)
			return false;
	} while (!run_is_interrupted(run));
	return true;
}

static int status_of(const struct live *l)
{
	if (!l->is_quitted)
		return STATUS_INTERRUPTED;
	return l->record.is_reached ? STATUS_REACHED : STATUS_NOT_REACHED;
}

/* What stays when the screen is gone: the trace, as it would be without --live. */
static int leave(struct live *l, bool is_done, const char *why)
{
	const struct trace_options *o = l->setting->options;

	if (!is_done) {
		trace_error("%s", why);
		return STATUS_NOT_REACHED;
	}
	if (!put_record(o, l->setting->save, &l->record))
		return STATUS_USAGE;
	return status_of(l);
}

int live(const struct live_setting *setting)
{
	struct live *l = calloc(1, sizeof(*l));
	char why[WHY_SIZE] = "";
	bool is_done = false;
	int status;

	if (!l) {
		screen_close(setting->screen);
		trace_error("%s", strerror(ENOMEM));
		return STATUS_NOT_REACHED;
	}
	l->setting = setting;
	trace_record_init(&l->record);
	l->world.stats = &l->stats;
	l->world.record = &l->record;
	l->world.path = LIVE_ALL_PATHS;
	l->world.has_names = true;
	l->view.rows = l->rows;
	l->view.is_utf8 = screen_is_utf8(setting->screen);
	start_watching(l);
	is_done = go_on(l, why, sizeof(why));
	stop_watching(l);
	screen_close(setting->screen);
	status = leave(l, is_done, why);
	trace_record_done(&l->record);
	free(l);
	return status;
}
