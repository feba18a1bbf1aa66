/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "live_state.h"

enum { WHY_SIZE = 512, KEYS = 64 /* at once */ };

/* From all paths to the first, from the last to all. */
static void choose_path(struct live *l)
{
	unsigned count;
	const uint16_t *flows = run_sweep_flows(l->setting->run, THERE, &count);
	unsigned next = 0;

	for (unsigned i = 0; i < count; i++)
		if (flows[i] == l->world.path)
			next = i + 1;
	l->world.path = next < count ? flows[next] : LIVE_ALL_PATHS;
	l->view.top = 0;
}

static void save(struct live *l)
{
	const struct trace_options *o = l->setting->options;
	char why[WHY_SIZE] = "";

	if (!l->has_record) {
		snprintf(l->message, sizeof(l->message), "not saved: the search is not over yet");
		return;
	}
	for (unsigned i = 0; i < o->output_count; i++) {
		if (save_record(l->setting->save, i, &l->record, why, sizeof(why)))
			snprintf(l->message, sizeof(l->message), "saved: %.200s", o->outputs[i].path);
		else
			snprintf(l->message, sizeof(l->message), "not saved: %.200s", why);
	}
}

static void scroll(struct live *l, int key)
{
	const unsigned last = view_last_top(&l->view, &l->text), page = view_body(&l->text);
	unsigned *top = &l->view.top;

	if (*top > last)
		*top = last;
	if (key == SCREEN_UP || key == SCREEN_PAGE_UP)
		*top -= key == SCREEN_UP ? *top > 0 : *top < page ? *top : page;
	else if (key == SCREEN_DOWN || key == SCREEN_PAGE_DOWN)
		*top += key == SCREEN_DOWN ? 1 : page;
	else
		*top = key == SCREEN_HOME ? 0 : last;
	if (*top > last)
		*top = last;
}

static void end_sweeps(struct live *l)
{
	ev_break(l->setting->ev, EVBREAK_ALL);
}

static void on_letter(struct live *l, int key)
{
	switch (key) {
	case 'q':
		l->is_quitted = true;
		run_stop(l->setting->run);
		break;
	case 'd':
		l->world.direction = (l->world.direction + 1) % LIVE_DIRECTIONS;
		l->view.top = 0;
		break;
	case 'p':
		choose_path(l);
		break;
	case 'n':
		l->world.has_names = !l->world.has_names;
		break;
	case ' ':
		l->is_paused = !l->is_paused;
		run_pause(l->setting->run, l->is_paused);
		break;
	case 's':
		save(l);
		break;
	case 'r':
		l->is_again_wanted = !l->is_searching;
		if (l->is_again_wanted)
			end_sweeps(l);
		break;
	case '?':
	case 'h':
		l->view.is_help = !l->view.is_help;
		l->view.top = 0;
		break;
	}
}

void live_keys_ready(struct ev_loop *ev, ev_io *w, int events)
{
	struct live *l = w->data;
	int key;

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < KEYS && (key = screen_key(l->setting->screen)) != SCREEN_NO_KEY; i++) {
		l->message[0] = '\0';
		if (key >= SCREEN_UP && key < SCREEN_OTHER)
			scroll(l, key);
		else
			on_letter(l, key);
	}
	live_draw(l);
}
