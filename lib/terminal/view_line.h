/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of a screen that is being written, by columns: never wider than the
 * screen, and nothing but printable ASCII where the text may come from others.
 */
#ifndef UTURN_TERMINAL_VIEW_LINE_H
#define UTURN_TERMINAL_VIEW_LINE_H

enum { VIEW_COLUMNS = 512, VIEW_LINE_SIZE = 3 * VIEW_COLUMNS + 1 /* bytes: a bar is three of UTF-8 */ };

struct view_line {
	char *text; /* VIEW_LINE_SIZE bytes */
	unsigned width, at, bytes; /* at: columns written, never more than width; bytes: of them */
};

void view_line_char(struct view_line *l, char c); /* what is not printable ASCII becomes a question mark */
void view_line_glyph(struct view_line *l, const char *bytes); /* one column wide, in UTF-8, of our own */
void view_line_fill(struct view_line *l, unsigned until); /* with spaces, to this column */
/* On either side of its field, cut to it; what is cut ends with a tilde. */
void view_line_left(struct view_line *l, const char *text, unsigned width);
void view_line_right(struct view_line *l, const char *text, unsigned width);
void view_line_trim(struct view_line *l); /* takes spaces at the end away, which would only be drawn */

#endif
