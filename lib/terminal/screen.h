/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal (ncurses): lines of text on it, keys from it. It is as
 * it was before when screen_close() returns.
 */
#ifndef UTURN_TERMINAL_SCREEN_H
#define UTURN_TERMINAL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "terminal/view_screen.h"

struct screen;

enum screen_key {
	SCREEN_NO_KEY, /* nothing more was typed */
	SCREEN_UP = 256, /* below: the character itself */
	SCREEN_DOWN,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_HOME,
	SCREEN_END,
	SCREEN_OTHER,
};

/*
 * Standard input and output have to be a terminal that can place its cursor.
 * False with words in why: who begins them, the option or command, and instead
 * names one that needs no terminal.
 */
bool screen_open(struct screen **made, const char *who, const char *instead, char *why, size_t why_size);
void screen_close(struct screen *s); /* s may be NULL */

bool screen_is_utf8(const struct screen *s);
/* Of the terminal, as it is now. */
void screen_size(struct screen *s, unsigned *lines, unsigned *columns);
void screen_show(struct screen *s, const struct view_screen *text);
int screen_key(struct screen *s); /* enum screen_key, or a character */

/* Gives the terminal back until the process is continued (SIGCONT). */
void screen_suspend(struct screen *s);

#endif
