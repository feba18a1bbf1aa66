/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words in the boxes of a drawing. */
#ifndef UTURN_TRACE_DRAWING_WORDS_H
#define UTURN_TRACE_DRAWING_WORDS_H

#include "drawing.h"

/* Sets lines, width and height of all nodes. */
void drawing_write_words(struct drawing *d);

#endif
