/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record on standard output, in each format. */
#ifndef UTURN_TRACE_PRINT_H
#define UTURN_TRACE_PRINT_H

#include <stdio.h>

#include "trace_options.h"
#include "trace_record.h"

void print_record(FILE *out, enum trace_format format, const struct trace_record *r);
void print_text(FILE *out, const struct trace_record *r);
void print_json(FILE *out, const struct trace_record *r);
/* As a string of JSON, with its quotes. */
void print_json_text(FILE *out, const char *text);
/* A graph for dot(1) of Graphviz. */
void print_dot(FILE *out, const struct trace_record *r);

#endif
