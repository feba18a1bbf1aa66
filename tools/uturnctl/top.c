/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `uturnctl top`: who traces now, and what uturnd does, on the whole terminal. */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common/clock.h"
#include "errors.h"
#include "terminal/screen.h"
#include "top_feed.h"
#include "top_model.h"
#include "top_view.h"

enum { ESCAPE = 27, BACKSPACE = 8, DELETE = 127, WHY_SIZE = 512 };

static const uint64_t interval_ns = 1000000000;

struct top {
	struct screen *screen;
	struct top_model model;
	struct top_feed feed;
	struct top_view view;
	struct view_screen text;
	bool is_quitted, is_changed; /* changed: to be drawn at once */
};

static volatile sig_atomic_t signals_end, signals_resize, signals_suspend;

static void note_signal(int number)
{
	if (number == SIGWINCH)
		signals_resize = 1;
	else if (number == SIGTSTP)
		signals_suspend = 1;
	else
		signals_end = number;
}

/* They arrive while ppoll() waits, and at no other time. */
static void take_signals(sigset_t *before)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP };
	const struct sigaction action = { .sa_handler = note_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaddset(&blocked, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, before);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigdelset(before, numbers[i]);
}

static void draw(struct top *t)
{
	screen_size(t->screen, &t->text.lines, &t->text.columns);
	top_view_draw(&t->view, &t->model, &t->text);
	screen_show(t->screen, &t->text);
	t->is_changed = false;
}

static void edit_filter(struct top_view *v, int key)
{
	size_t len = strlen(v->filter);

	if (key == ESCAPE)
		v->filter[0] = '\0';
	if (key == ESCAPE || key == '\r' || key == '\n')
		v->is_filtering = false;
	else if ((key == BACKSPACE || key == DELETE || key == SCREEN_OTHER) && len) /* one of these is Backspace */
		v->filter[len - 1] = '\0';
	else if (key < SCREEN_UP && isprint(key) && len + 1 < sizeof(v->filter))
		v->filter[len] = (char)key, v->filter[len + 1] = '\0';
}

static void toggle_hops(struct top *t)
{
	struct top_model *m = &t->model;
	json_int_t id = m->shown ? 0 : top_view_move(&t->view, m, 0);

	m->shown = id;
	m->is_shown_known = false;
	m->hop_count = t->view.top = 0;
	if (id)
		t->view.chosen = id;
	else
		m->why[0] = '\0';
	top_feed_tick(&t->feed, clock_ns(CLOCK_MONOTONIC));
}

static void move(struct top *t, int lines)
{
	struct top_view *v = &t->view;
	long top = (long)v->top + lines;

	if (!t->model.shown)
		v->chosen = top_view_move(v, &t->model, v->chosen ? lines : 0);
	else if (top >= 0 && top < (long)t->model.hop_count)
		v->top = (unsigned)top;
}

static void take_key(struct top *t, int key)
{
	struct top_view *v = &t->view;
	int page = (int)t->text.lines / 2;

	t->is_changed = true;
	if (v->is_filtering) {
		edit_filter(v, key);
		return;
	}
	switch (key) {
	case 'q':
		t->is_quitted = true;
		break;
	case 'p':
		v->is_held = !v->is_held;
		if (v->is_held) /* uturnd need not keep what is not shown */
			top_feed_close(&t->feed);
		break;
	case 's':
		v->sort = (v->sort + 1) % TOP_SORTS;
		break;
	case '/':
		v->is_filtering = true;
		break;
	case '?':
		v->is_help = !v->is_help;
		break;
	case '\r':
	case '\n':
		toggle_hops(t);
		break;
	case ESCAPE:
		if (t->model.shown)
			toggle_hops(t);
		v->is_help = false;
		v->filter[0] = '\0';
		break;
	case SCREEN_UP:
	case SCREEN_DOWN:
		move(t, key == SCREEN_UP ? -1 : 1);
		break;
	case SCREEN_PAGE_UP:
	case SCREEN_PAGE_DOWN:
		move(t, key == SCREEN_PAGE_UP ? -page : page);
		break;
	case SCREEN_HOME:
	case SCREEN_END:
		move(t, key == SCREEN_HOME ? -TOP_TRACES : TOP_TRACES);
		break;
	default:
		break;
	}
}

static void wait_for_something(struct top *t, uint64_t due_ns, const sigset_t *signals)
{
	struct pollfd fds[1 + TOP_FEED_FDS] = { { .fd = STDIN_FILENO, .events = POLLIN } };
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC), left_ns = due_ns > now_ns ? due_ns - now_ns : 0;
	const struct timespec wait = { (time_t)(left_ns / 1000000000), (long)(left_ns % 1000000000) };
	int key;

	top_feed_fds(&t->feed, fds + 1);
	if (ppoll(fds, 1 + TOP_FEED_FDS, &wait, signals) > 0) {
		if (fds[0].revents & ~POLLIN)
			t->is_quitted = true; /* the terminal is gone */
		while ((key = screen_key(t->screen)) != SCREEN_NO_KEY)
			take_key(t, key);
		t->is_changed |= top_feed_work(&t->feed, fds + 1);
	}
	if (signals_suspend) {
		signals_suspend = 0;
		screen_suspend(t->screen);
		t->is_changed = true;
	}
	if (signals_resize) {
		signals_resize = 0;
		t->is_changed = true;
	}
}

static void run(struct top *t)
{
	uint64_t due_ns = clock_ns(CLOCK_MONOTONIC);
	sigset_t signals;

	take_signals(&signals);
	while (!t->is_quitted && !signals_end) {
		uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);

		if (now_ns >= due_ns) {
			if (!t->view.is_held)
				top_feed_tick(&t->feed, now_ns);
			due_ns = now_ns + interval_ns;
			t->is_changed |= !top_feed_is_asking(&t->feed); /* or when it has been answered */
		}
		if (t->is_changed)
			draw(t);
		wait_for_something(t, due_ns, &signals);
	}
}

int top_run(const struct ctl_command *c, const struct ctl_options *o)
{
	struct top *t = calloc(1, sizeof(*t));
	char why[WHY_SIZE];

	(void)c;
	if (!t) {
		errors_print("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	if (!screen_open(&t->screen, "top", "uturnctl status", why, sizeof(why))) {
		errors_print("%s", why);
		free(t);
		return EXIT_USAGE;
	}
	top_model_init(&t->model);
	top_feed_init(&t->feed, o->path, &t->model);
	run(t);
	top_feed_close(&t->feed);
	screen_close(t->screen);
	free(t);
	return EXIT_SUCCESS;
}
