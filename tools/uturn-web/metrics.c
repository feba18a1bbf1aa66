/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics.h"

#include <inttypes.h>

void metrics_print(const struct metrics *m, struct buffer *out)
{
	static const struct {
		const char *name, *type, *words;
	} rows[] = {
#define X(enumerator, name, type, words) { name, type, words },
		METRICS(X)
#undef X
	};

	for (int i = 0; i < METRIC_COUNT; i++)
		buffer_print(out, "# HELP uturn_web_%s %s\n# TYPE uturn_web_%s %s\nuturn_web_%s %" PRIu64 "\n",
			rows[i].name, rows[i].words, rows[i].name, rows[i].type, rows[i].name, m->value[i]);
}
