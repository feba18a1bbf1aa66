/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What --live shows, as text: a line for each router, cut to the size of the
 * screen, without any knowledge of terminals. Pure.
 *
 * Labels and marks may come from the network: what is not printable ASCII becomes
 * a question mark here, so that no caller can forget it.
 */
#ifndef UTURN_TRACE_VIEW_H
#define UTURN_TRACE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "terminal/view_screen.h"

enum {
	VIEW_LABEL_SIZE = 256,
	VIEW_MARKS_SIZE = 256,
	VIEW_BARS = 64,
};

enum { VIEW_LOST = -1, VIEW_WAITING = -2 }; /* for bars */

struct view_row {
	bool is_heading; /* the label alone */
	uint8_t hop; /* 0: another router of the hop above */
	char label[VIEW_LABEL_SIZE];
	char marks[VIEW_MARKS_SIZE];
	int share; /* percent; -1: the only router of the hop, or not known */
	int loss; /* thousandths; -1: not stated */
	bool has_times, has_median;
	uint32_t last_us, median_us, best_us, worst_us; /* where has_times */
	int32_t bars[VIEW_BARS]; /* us, or VIEW_LOST, VIEW_WAITING; the newest last */
	unsigned bar_count;
};

struct view {
	char title[VIEW_LABEL_SIZE], status[VIEW_LABEL_SIZE]; /* status "": the keys are shown */
	struct view_row *rows;
	unsigned row_count;
	unsigned top; /* the first row that is shown, as far as there are rows to fill the screen with */
	bool is_help, is_utf8;
};

void view_draw(const struct view *v, struct view_screen *out);

/* Rows that fit, and the highest top. */
unsigned view_body(const struct view_screen *s);
unsigned view_last_top(const struct view *v, const struct view_screen *s);

#endif
