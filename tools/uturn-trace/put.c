/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "put.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "print.h"

enum { WHY_SIZE = 512 };

bool put_files(const struct trace_options *o, struct save *save, const struct trace_record *r)
{
	char why[WHY_SIZE] = "";
	bool is_put = true;

	for (unsigned i = 0; i < o->output_count; i++) {
		if (save_record(save, i, r, why, sizeof(why)))
			continue;
		trace_error("%s", why);
		is_put = false;
	}
	return is_put;
}

bool put_record(const struct trace_options *o, struct save *save, const struct trace_record *r)
{
	if ((!o->output_count || o->is_output_implied) && !print_record(stdout, o->format, r)) {
		trace_error("%s", strerror(ENOMEM));
		return false;
	}
	return o->is_output_implied || put_files(o, save, r);
}
