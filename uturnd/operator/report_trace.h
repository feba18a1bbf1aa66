/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of a trace along a TCP connection, as the JSON objects that uturn-control(7) documents. */
#ifndef UTURN_OPERATOR_REPORT_TRACE_H
#define UTURN_OPERATOR_REPORT_TRACE_H

#include <jansson.h>

struct inband_report;
struct inband_trace;

/* Both return a new reference, or NULL if out of memory. */
json_t *report_accepted(const struct inband_trace *t);
json_t *report_trace(const struct inband_report *r);

#endif
