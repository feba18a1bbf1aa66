/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record in each format. Functions that return a truth are false where there is no memory: what they wrote is not whole. */
#ifndef UTURN_TRACE_PRINT_H
#define UTURN_TRACE_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "diff_change.h"
#include "record/trace_record.h"
#include "trace_options.h"

bool print_record(FILE *out, enum trace_format format, const struct trace_record *r);

void print_text(FILE *out, const struct trace_record *r);
/* Lines that other formats have as well: the first, the one before the return path, the last. */
void print_text_head(FILE *out, const struct trace_record *r);
void print_text_back(FILE *out, const struct trace_record *r);
void print_text_foot(FILE *out, const struct trace_record *r);

/* Each path a column or a row. */
bool print_paths(FILE *out, const struct trace_record *r, bool is_vertical);
void print_json(FILE *out, const struct trace_record *r);
/* As a string of JSON, with its quotes. */
void print_json_text(FILE *out, const char *text);
/* A graph for dot(1) of Graphviz. */
void print_dot(FILE *out, const struct trace_record *r);
/* A graph with places: before is NULL where there is one trace. */
bool print_svg(FILE *out, const struct trace_record *before, const struct trace_record *after,
	const struct diff_changes *changes);
/* A page of it; lines: what diff_print() has of two traces. */
bool print_html(FILE *out, const struct trace_record *before, const struct trace_record *after,
	const struct diff_changes *changes, const char *lines);

#endif
