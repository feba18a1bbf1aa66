/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "top_line.h"

#include <stdbool.h>

struct view_line top_line_of(struct view_screen *s, unsigned number, enum view_look look)
{
	static char nowhere[VIEW_LINE_SIZE];
	bool is_there = number < s->lines && number < VIEW_LINES;

	if (is_there)
		s->look[number] = (uint8_t)look;
	return (struct view_line){ .text = is_there ? s->text[number] : nowhere,
		.width = s->columns < VIEW_COLUMNS ? s->columns : VIEW_COLUMNS };
}

void top_line_put(struct view_screen *s, unsigned number, enum view_look look, const char *text)
{
	struct view_line l = top_line_of(s, number, look);

	view_line_left(&l, text, l.width);
	if (look == VIEW_PLAIN || look == VIEW_TITLE)
		view_line_trim(&l);
}
