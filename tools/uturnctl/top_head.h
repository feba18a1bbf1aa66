/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first lines of `uturnctl top`: uturnd as a whole, and this host. Pure. */
#ifndef UTURNCTL_TOP_HEAD_H
#define UTURNCTL_TOP_HEAD_H

#include <stdbool.h>

#include "terminal/view_screen.h"

struct top_model;

enum { TOP_HEAD_LINES = 3 };

void top_head_draw(const struct top_model *m, bool is_held, struct view_screen *out);

#endif
