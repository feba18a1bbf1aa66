/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prometheus text format 0.0.4, written sample by sample: the first of a
 * metric brings its HELP and TYPE, so that one without samples is left out.
 * All samples of a metric follow each other.
 *
 * Pure but for the memory that the text grows into. What does not fit in memory
 * is remembered; ask once, at the end.
 */
#ifndef UTURN_METRICS_EXPOSITION_H
#define UTURN_METRICS_EXPOSITION_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_HISTOGRAM };

struct metric {
	const char *name;
	enum metric_type type;
	const char *words; /* of HELP: one line */
};

struct label {
	const char *name, *value; /* value: any text, which is escaped; name NULL: none */
};

enum { METRIC_LABELS = 2 };

struct exposition {
	FILE *out; /* NULL: out of memory */
	char *text;
	size_t len;
	const struct metric *begun; /* that of the last sample */
};

void exposition_open(struct exposition *e);
/* suffix: what follows the name, as in "_bucket". labels: METRIC_LABELS of them. */
void exposition_sample(struct exposition *e, const struct metric *m, const char *suffix, const struct label labels[],
	double value);
void exposition_count(struct exposition *e, const struct metric *m, const struct label labels[], uint64_t value);
/* The text, for the caller to free; NULL: out of memory. */
char *exposition_close(struct exposition *e);

#endif
