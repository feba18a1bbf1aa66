/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be shown on a terminal: lines of text, and how each looks. Its owner's memory, without any knowledge of terminals. */
#ifndef UTURN_TERMINAL_VIEW_SCREEN_H
#define UTURN_TERMINAL_VIEW_SCREEN_H

#include <stdint.h>

#include "terminal/view_line.h"

enum { VIEW_LINES = 256 /* of a screen; more are left empty */ };

enum view_look { VIEW_PLAIN, VIEW_TITLE, VIEW_COLUMN_HEADS, VIEW_HEADING, VIEW_LOSS, VIEW_CHOSEN, VIEW_STATUS };

struct view_screen {
	unsigned lines, columns; /* set by the caller */
	char text[VIEW_LINES][VIEW_LINE_SIZE]; /* of each line, no wider than the screen */
	uint8_t look[VIEW_LINES]; /* enum view_look */
};

#endif
