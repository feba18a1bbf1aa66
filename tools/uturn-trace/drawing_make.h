/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a drawing of one record, or of two. */
#ifndef UTURN_TRACE_DRAWING_MAKE_H
#define UTURN_TRACE_DRAWING_MAKE_H

#include "drawing.h"

/* Of one record (before is NULL), or of two and what differs. False: no memory. To be given back by drawing_done() in any case. */
bool drawing_make(struct drawing *d, const struct trace_record *before, const struct trace_record *after,
	const struct diff_changes *changes);

#endif
