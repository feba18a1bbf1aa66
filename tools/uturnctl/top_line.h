/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the screen of `uturnctl top`, by number; what is beyond its end goes nowhere. */
#ifndef UTURNCTL_TOP_LINE_H
#define UTURNCTL_TOP_LINE_H

#include "terminal/view_screen.h"

/* To be written, from its beginning. */
struct view_line top_line_of(struct view_screen *s, unsigned number, enum view_look look);
/* The whole line. */
void top_line_put(struct view_screen *s, unsigned number, enum view_look look, const char *text);

#endif
