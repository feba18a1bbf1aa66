/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drawings as SVG: a file of its own, and the same inside a page, where a script finds its parts by data-node. */
#ifndef UTURN_TRACE_SVG_H
#define UTURN_TRACE_SVG_H

#include <stdio.h>

#include "drawing.h"

/* A <svg> element, with this style inside; style NULL: that of the page, and parts can have the focus. */
void svg_put(FILE *out, const struct drawing *d, const char *style);

/* "there" or "back", which are classes. */
const char *svg_direction(uint8_t direction);
/* The classes of a node or link by what it is. */
void svg_put_state(FILE *out, uint8_t state);
/* All that is known of a node, one line. */
void svg_put_words(FILE *out, const struct drawing *d, const struct drawing_node *n);

#endif
