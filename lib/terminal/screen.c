/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "terminal/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

/* macros of <term.h> */
#undef lines
#undef columns

enum { ESCAPE_MS = 25, LOSS_COLOUR = 1, HEADING_COLOUR };

struct screen {
	SCREEN *terminal;
	bool is_utf8, has_colours;
};

/* What newterm() would only fail at, without a word. */
static bool is_capable(const char *who, const char *instead, char *why, size_t why_size)
{
	const char *term = getenv("TERM");
	int found = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		snprintf(why, why_size, "%s: standard input and output are not a terminal (%s needs none)", who,
			instead);
		return false;
	}
	if (!term || !*term) {
		snprintf(why, why_size, "%s: TERM is not set (to what 'infocmp' knows, or use %s)", who, instead);
		return false;
	}
	if (setupterm(NULL, STDOUT_FILENO, &found) != OK || !cursor_address) {
		snprintf(why, why_size, "%s: TERM=%.40s %s (set TERM to the type of the terminal, or use %s)", who,
			term, found == 1 ? "cannot place the cursor" : "is not in the terminfo database", instead);
		return false;
	}
	return true;
}

static void begin_colours(struct screen *s)
{
	if (!has_colors() || getenv("NO_COLOR"))
		return;
	s->has_colours = start_color() == OK && use_default_colors() == OK &&
		init_pair(LOSS_COLOUR, COLOR_RED, -1) == OK && init_pair(HEADING_COLOUR, COLOR_CYAN, -1) == OK;
}

bool screen_open(struct screen **made, const char *who, const char *instead, char *why, size_t why_size)
{
	struct screen *s;

	if (!is_capable(who, instead, why, why_size))
		return false;
	s = calloc(1, sizeof(*s));
	setlocale(LC_CTYPE, "");
	if (s)
		s->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (s)
		s->terminal = newterm(NULL, stdout, stdin);
	if (!s || !s->terminal) {
		free(s);
		snprintf(why, why_size, "%s: the terminal cannot be used (TERM=%.40s)", who, getenv("TERM"));
		return false;
	}
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
	begin_colours(s);
	*made = s;
	return true;
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	endwin();
	delscreen(s->terminal);
	free(s);
}

bool screen_is_utf8(const struct screen *s)
{
	return s->is_utf8;
}

void screen_size(struct screen *s, unsigned *lines, unsigned *columns)
{
	struct winsize size;

	(void)s;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
		(size.ws_row != LINES || size.ws_col != COLS))
		resizeterm(size.ws_row, size.ws_col);
	*lines = LINES > 0 ? (unsigned)LINES : 1;
	*columns = COLS > 0 ? (unsigned)COLS : 1;
}

static attr_t attributes_of(const struct screen *s, enum view_look look)
{
	switch (look) {
	case VIEW_TITLE:
		return A_BOLD;
	case VIEW_COLUMN_HEADS:
	case VIEW_CHOSEN:
	case VIEW_STATUS:
		return A_REVERSE;
	case VIEW_HEADING:
		return A_BOLD | (s->has_colours ? COLOR_PAIR(HEADING_COLOUR) : 0);
	case VIEW_LOSS:
		return A_BOLD | (s->has_colours ? COLOR_PAIR(LOSS_COLOUR) : 0);
	default:
		return A_NORMAL;
	}
}

void screen_show(struct screen *s, const struct view_screen *text)
{
	erase();
	for (unsigned i = 0; i < text->lines && i < VIEW_LINES; i++) {
		attrset(attributes_of(s, text->look[i]));
		mvaddstr((int)i, 0, text->text[i]);
	}
	attrset(A_NORMAL);
	refresh();
}

int screen_key(struct screen *s)
{
	static const struct {
		int key;
		enum screen_key is;
	} keys[] = {
		{ ERR, SCREEN_NO_KEY },
		{ KEY_UP, SCREEN_UP },
		{ KEY_DOWN, SCREEN_DOWN },
		{ KEY_PPAGE, SCREEN_PAGE_UP },
		{ KEY_NPAGE, SCREEN_PAGE_DOWN },
		{ KEY_HOME, SCREEN_HOME },
		{ KEY_END, SCREEN_END },
	};
	const int key = getch();

	(void)s;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].key == key)
			return (int)keys[i].is;
	return key > 0 && key < SCREEN_UP ? key : SCREEN_OTHER;
}

void screen_suspend(struct screen *s)
{
	(void)s;
	endwin();
	raise(SIGSTOP);
	clearok(curscr, TRUE);
	refresh();
}
