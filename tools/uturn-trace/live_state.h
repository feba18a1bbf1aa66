/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --live keeps, for its own files alone: live.c drives the run and draws, live_keys.c takes keys. */
#ifndef UTURN_TRACE_LIVE_STATE_H
#define UTURN_TRACE_LIVE_STATE_H

#include <ev.h>
#include <stdbool.h>

#include "live_rows.h"
#include "live_setting.h"
#include "record/trace_record.h"
#include "view.h"

struct live {
	const struct live_setting *setting;
	struct live_world world;
	struct live_stats stats;
	struct trace_record record; /* of the last search; nothing in it as long as there is none */
	struct view view;
	struct view_row rows[LIVE_ROWS];
	struct view_screen text;
	char message[VIEW_LABEL_SIZE]; /* until the next key */
	bool is_searching, is_paused, is_again_wanted, is_quitted, has_record;
	ev_io on_key;
	ev_timer on_time;
	ev_signal on_resize, on_suspend, on_hangup, on_quit;
};

void live_draw(struct live *l);
/* All that were typed, and draws. */
void live_keys_ready(struct ev_loop *ev, ev_io *w, int events);

#endif
