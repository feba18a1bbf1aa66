/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics/exposition.h"

#include <inttypes.h>
#include <stdlib.h>

void exposition_open(struct exposition *e)
{
	*e = (struct exposition){ .out = NULL };
	e->out = open_memstream(&e->text, &e->len);
}

static void put_value(FILE *out, const char *value)
{
	for (const char *c = value; *c; c++) {
		if (*c == '\n')
			fputs("\\n", out);
		else if (*c == '\\' || *c == '"')
			fprintf(out, "\\%c", *c);
		else
			fputc(*c, out);
	}
}

static void put_name(struct exposition *e, const struct metric *m, const char *suffix, const struct label labels[])
{
	static const char *const types[] = {
		[METRIC_GAUGE] = "gauge",
		[METRIC_COUNTER] = "counter",
		[METRIC_HISTOGRAM] = "histogram",
	};
	int count = 0;

	if (e->begun != m)
		fprintf(e->out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->words, m->name, types[m->type]);
	e->begun = m;
	fprintf(e->out, "%s%s", m->name, suffix);
	for (; labels && count < METRIC_LABELS && labels[count].name; count++) {
		fprintf(e->out, "%c%s=\"", count ? ',' : '{', labels[count].name);
		put_value(e->out, labels[count].value);
		fputc('"', e->out);
	}
	fputs(count ? "} " : " ", e->out);
}

void exposition_sample(struct exposition *e, const struct metric *m, const char *suffix, const struct label labels[],
	double value)
{
	if (!e->out)
		return;
	put_name(e, m, suffix, labels);
	fprintf(e->out, "%.15g\n", value);
}

void exposition_count(struct exposition *e, const struct metric *m, const struct label labels[], uint64_t value)
{
	if (!e->out)
		return;
	put_name(e, m, "", labels);
	fprintf(e->out, "%" PRIu64 "\n", value);
}

char *exposition_close(struct exposition *e)
{
	if (e->out && fclose(e->out) == 0)
		return e->text;
	if (e->out)
		free(e->text);
	return NULL;
}
