/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the boxes and curves of a drawing are. */
#ifndef UTURN_TRACE_DRAWING_PLACE_H
#define UTURN_TRACE_DRAWING_PLACE_H

#include "drawing.h"

/* Sets all positions, of boxes whose width and height are known. False: no memory. */
bool drawing_place(struct drawing *d);

#endif
