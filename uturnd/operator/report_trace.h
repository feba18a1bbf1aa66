/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a trace along a TCP connection has to tell, as JSON objects of uturnctl(8). */
#ifndef UTURN_OPERATOR_REPORT_TRACE_H
#define UTURN_OPERATOR_REPORT_TRACE_H

#include <jansson.h>

struct inband_report;
struct inband_trace;

/* Both return a new reference. */
json_t *report_accepted(const struct inband_trace *t);
json_t *report_trace(const struct inband_report *r);

#endif
