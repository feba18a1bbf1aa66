/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing_make.h"
#include "page.h"
#include "print.h"
#include "svg.h"

bool print_svg(FILE *out, const struct trace_record *before, const struct trace_record *after,
	const struct diff_changes *changes)
{
	struct drawing d;
	const bool is_made = drawing_make(&d, before, after, changes);

	if (is_made) {
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
		svg_put(out, &d, trace_graph_css);
	}
	drawing_done(&d);
	return is_made;
}
