/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "packet/ip.h"
#include "run_state.h"

static const uint64_t ms_ns = 1000000, second_ns = 1000000000;

enum { BATCH = 16 }; /* probes between two looks at what has come */

static void arm(struct run *r, uint64_t until_ns)
{
	const struct itimerspec when = {
		.it_value = { (time_t)(until_ns / second_ns), (long)(until_ns % second_ns) },
	};

	timerfd_settime(r->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

enum sending { NOTHING_DUE, SENT, REFUSED };

/* One probe of the search of this direction, if it is due; else when, in *wake_ns. */
static enum sending send_next(struct run *r, enum direction d, uint64_t now_ns, uint64_t *wake_ns)
{
	struct search_action a;

	if (!r->searches[d])
		return NOTHING_DUE;
	a = search_next(r->searches[d], now_ns);
	r->is_done[d] = a.step == SEARCH_DONE;
	if (a.step == SEARCH_WAIT && a.until_ns < *wake_ns)
		*wake_ns = a.until_ns;
	if (a.step != SEARCH_SEND)
		return NOTHING_DUE;
	return run_send(r, d, a.id) ? SENT : REFUSED;
}

/* One round of all searches: sends what is due, at most a batch. *wake_ns: when there is more to do; 0: at once. */
static void work(struct run *r, uint64_t now_ns, uint64_t *wake_ns)
{
	if (r->phase == PHASE_SWEEP)
		run_begin_sweeps(r, now_ns, wake_ns);
	if (r->full_ns) {
		*wake_ns = r->full_ns + r->options->timeout_ns;
		return;
	}
	if (r->phase == PHASE_QUESTIONS) {
		run_ask_questions(r, now_ns, wake_ns);
		return;
	}
	for (unsigned i = 0; i < BATCH; i++) {
		enum sending done = send_next(r, r->turn, now_ns, wake_ns);

		r->turn = !r->turn;
		if (done == NOTHING_DUE)
			done = send_next(r, r->turn, now_ns, wake_ns);
		if (done == REFUSED)
			*wake_ns = now_ns + ms_ns;
		if (done != SENT)
			return;
	}
	*wake_ns = 0;
}

static void pump(struct run *r)
{
	uint64_t now_ns, wake_ns;
	int err;

	do {
		now_ns = clock_ns(CLOCK_MONOTONIC);
		wake_ns = now_ns + 50 * ms_ns;
		if (run_wants(r, REVERSE_REQUEST) && !r->is_plain && r->phase != PHASE_SWEEP)
			run_ask_server(r, now_ns);
		run_ask_end(r);
		work(r, now_ns, &wake_ns);
		err = r->wire->flush(r->wire);
		if (err)
			r->err = err;
		if (r->err && r->phase == PHASE_SWEEP) {
			r->sweeps.err = r->err; /* the network may come back */
			r->err = 0;
			wake_ns = now_ns + 200 * ms_ns;
		}
		if (wake_ns == 0)
			r->wire->work(r->wire);
		if (run_decide(r, now_ns))
			wake_ns = 0;
		if (r->phase == PHASE_OVER && !r->full_ns && !r->question_count && run_open_questions(r))
			r->phase = PHASE_QUESTIONS;
	} while (wake_ns <= now_ns && r->phase != PHASE_OVER && !r->err);
	if (r->phase == PHASE_OVER || r->err)
		ev_break(r->ev, EVBREAK_ALL);
	else
		arm(r, wake_ns);
}

static void wire_ready(struct ev_loop *ev, ev_io *w, int events)
{
	struct run *r = w->data;

	(void)ev;
	(void)events;
	r->wire->work(r->wire);
	pump(r);
}

static void timer_ready(struct ev_loop *ev, ev_io *w, int events)
{
	struct run *r = w->data;
	uint64_t times;

	(void)ev;
	(void)events;
	if (read(r->timer, &times, sizeof(times)) < 0 && errno != EAGAIN)
		r->err = -errno;
	pump(r);
}

static void interrupted(struct ev_loop *ev, ev_signal *w, int events)
{
	struct run *r = w->data;

	(void)events;
	r->is_interrupted = true;
	ev_break(ev, EVBREAK_ALL);
}

int run_open(struct run **made, struct ev_loop *ev, const struct trace_options *o, const struct aim *aim, bool is_plain)
{
	struct run *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->ev = ev;
	r->options = o;
	r->aim = aim;
	r->reverse.aim = aim;
	r->is_plain = r->reverse.has_no_quotes = is_plain;
	r->rate.per_s = o->rate;
	r->sent = calloc(1, sizeof(*r->sent));
	r->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	err = !r->sent ? -ENOMEM : r->timer < 0 ? -errno : 0;
	if (!err && getrandom(&r->identity, sizeof(r->identity), 0) != sizeof(r->identity))
		err = -EIO;
	if (err || !run_start_there(r)) {
		run_close(r);
		return err ? err : -ENOMEM;
	}
	r->sent->flow_base = o->flow >= 0 ? (uint16_t)o->flow : 0;
	r->world = (struct wire_world){ { &r->identity, aim, r->sent }, run_tell, r, 0, 0 };
	*made = r;
	return 0;
}

static void drop_searches(struct run *r)
{
	for (enum direction d = THERE; d < DIRECTIONS; d++)
		free(r->searches[d]);
	run_close_questions(r);
}

/* What is open and what is watched stays, and so do the rates: a host's limits do not end with a run. */
bool run_renew(struct run *r, const uint16_t *flows, unsigned flow_count)
{
	const struct run old = *r;

	drop_searches(r);
	*r = (struct run){
		.ev = old.ev,
		.options = old.options,
		.aim = old.aim,
		.wire = old.wire,
		.world = old.world,
		.reverse = { .aim = old.aim, .has_no_quotes = old.is_plain },
		.sent = old.sent,
		.rate = old.rate,
		.back_rate = old.back_rate,
		.is_plain = old.is_plain,
		.is_interrupted = old.is_interrupted,
		.timer = old.timer,
		.on_wire = old.on_wire,
		.on_timer = old.on_timer,
		.on_interrupt = old.on_interrupt,
		.on_terminate = old.on_terminate,
	};
	/* the answers of an old run prove nothing any more */
	if (getrandom(&r->identity, sizeof(r->identity), 0) != sizeof(r->identity))
		abort(); /* never for 16 bytes (getrandom(2)) */
	r->sent->count = 0;
	r->sent->variations = (struct variations){ 0 };
	r->sent->flows = flows;
	r->sent->flow_count = flow_count;
	return run_start_there(r);
}

void run_close(struct run *r)
{
	if (!r)
		return;
	ev_signal_stop(r->ev, &r->on_interrupt);
	ev_signal_stop(r->ev, &r->on_terminate);
	if (r->timer >= 0)
		close(r->timer);
	drop_searches(r);
	free(r->sent);
	free(r);
}

bool run_is_interrupted(const struct run *r)
{
	return r->is_interrupted;
}

bool run_is_plain(const struct run *r)
{
	return r->is_plain;
}

struct wire_world *run_world(struct run *r)
{
	return &r->world;
}

static void start_watching(struct run *r)
{
	ev_io_init(&r->on_wire, wire_ready, r->wire->fd, EV_READ);
	ev_io_init(&r->on_timer, timer_ready, r->timer, EV_READ);
	r->on_wire.data = r->on_timer.data = r;
	ev_io_start(r->ev, &r->on_wire);
	ev_io_start(r->ev, &r->on_timer);
	if (ev_is_active(&r->on_interrupt))
		return; /* since the first run */
	ev_signal_init(&r->on_interrupt, interrupted, SIGINT);
	ev_signal_init(&r->on_terminate, interrupted, SIGTERM);
	r->on_interrupt.data = r->on_terminate.data = r;
	ev_signal_start(r->ev, &r->on_interrupt);
	ev_signal_start(r->ev, &r->on_terminate);
}

/* Not signals: what is still looked up is given up at ^C, and what is known is printed. */
static void stop_watching(struct run *r)
{
	ev_io_stop(r->ev, &r->on_wire);
	ev_io_stop(r->ev, &r->on_timer);
}

const char *run_words_of(int err)
{
	if (err == -EPERM)
		return "dropped by a firewall rule for outgoing packets (iptables -L OUTPUT)";
	return strerror(-err);
}

void run_loop(struct run *r)
{
	start_watching(r);
	arm(r, 1);
	if (!r->is_interrupted)
		ev_run(r->ev, 0);
	stop_watching(r);
}

enum run_end run_trace(struct run *r, struct wire *wire, char *why, size_t why_size)
{
	const time_t now = time(NULL);
	struct tm utc;

	r->wire = wire;
	gmtime_r(&now, &utc);
	strftime(r->started, sizeof(r->started), "%Y-%m-%dT%H:%M:%SZ", &utc);
	r->began_ns = clock_ns(CLOCK_MONOTONIC);
	if (!aim_is_quoted(r->aim) && !r->is_plain && r->options->reverse != REVERSE_NONE)
		run_ask_distance(r);
	run_loop(r);
	r->ended_ns = clock_ns(CLOCK_MONOTONIC);
	if (r->err && !search_is_reached(r->searches[THERE])) {
		snprintf(why, why_size, "send: %s", run_words_of(r->err));
		return RUN_FAILED;
	}
	return r->is_interrupted ? RUN_INTERRUPTED : RUN_DONE;
}
