/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print.h"

bool print_record(FILE *out, enum trace_format format, const struct trace_record *r)
{
	switch (format) {
	case FORMAT_JSON:
		print_json(out, r);
		return true;
	case FORMAT_DOT:
		print_dot(out, r);
		return true;
	case FORMAT_VERTICAL:
	case FORMAT_HORIZONTAL:
		return print_paths(out, r, format == FORMAT_VERTICAL);
	case FORMAT_SVG:
		return print_svg(out, NULL, r, NULL);
	case FORMAT_HTML:
		return print_html(out, NULL, r, NULL, "");
	default:
		print_text(out, r);
		return true;
	}
}
