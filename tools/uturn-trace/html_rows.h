/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routers of a drawing as the rows of a table, with their links beside them: what fits a narrow screen. */
#ifndef UTURN_TRACE_HTML_ROWS_H
#define UTURN_TRACE_HTML_ROWS_H

#include <stdbool.h>
#include <stdio.h>

#include "drawing.h"

/* False: no memory. */
bool html_rows_put(FILE *out, const struct drawing *d);

#endif
