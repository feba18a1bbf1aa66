/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `uturnctl top` shows, as lines for a screen of any size. Pure: what is
 * not printable ASCII becomes a question mark.
 */
#ifndef UTURNCTL_TOP_VIEW_H
#define UTURNCTL_TOP_VIEW_H

#include <stdbool.h>

#include "terminal/view_screen.h"
#include "top_model.h"

enum top_sort { TOP_BY_AGE, TOP_BY_PROBER, TOP_BY_TTL, TOP_BY_ANSWERED, TOP_BY_RTT, TOP_SORTS };

enum { TOP_FILTER_SIZE = 64 };

struct top_view {
	enum top_sort sort;
	char filter[TOP_FILTER_SIZE]; /* traces that have it in one of their words; "": all */
	bool is_filtering; /* it is being typed */
	bool is_held, is_help;
	json_int_t chosen; /* the trace that Enter shows; 0: the first */
	unsigned top; /* the first line that is shown, of help and of hops */
};

void top_view_draw(const struct top_view *v, const struct top_model *m, struct view_screen *out);

/* The trace that is so many lines below the one that is chosen, as far as there are traces; 0: there is none. */
json_int_t top_view_move(const struct top_view *v, const struct top_model *m, int lines);

#endif
