/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "terminal/view_line.h"

#include <string.h>

void view_line_glyph(struct view_line *l, const char *bytes)
{
	const size_t len = strlen(bytes);

	if (l->at >= l->width || l->bytes + len >= VIEW_LINE_SIZE)
		return;
	memcpy(l->text + l->bytes, bytes, len + 1);
	l->bytes += (unsigned)len;
	l->at++;
}

void view_line_char(struct view_line *l, char c)
{
	const char bytes[2] = { c < 0x20 || c > 0x7e ? '?' : c, '\0' };

	view_line_glyph(l, bytes);
}

void view_line_fill(struct view_line *l, unsigned until)
{
	while (l->at < until && l->at < l->width)
		view_line_char(l, ' ');
}

void view_line_left(struct view_line *l, const char *text, unsigned width)
{
	const unsigned end = l->at + width;
	const size_t len = strlen(text);

	for (size_t i = 0; i < len && i < width; i++)
		view_line_char(l, i + 1 == width && len > width ? '~' : text[i]);
	view_line_fill(l, end);
}

void view_line_right(struct view_line *l, const char *text, unsigned width)
{
	const size_t len = strlen(text);

	if (len < width)
		view_line_fill(l, l->at + width - (unsigned)len);
	view_line_left(l, text, len < width ? (unsigned)len : width);
}

void view_line_trim(struct view_line *l)
{
	while (l->bytes && l->text[l->bytes - 1] == ' ')
		l->text[--l->bytes] = '\0';
}
