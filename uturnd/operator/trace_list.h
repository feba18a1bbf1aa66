/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traces of all workers for the operator: what the control socket answers to
 * "traces" (uturn-control(7)), and the lines of log-traces.
 */
#ifndef UTURN_OPERATOR_TRACE_LIST_H
#define UTURN_OPERATOR_TRACE_LIST_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "operator/report_kept.h"

struct workers;

/* In one answer: with IPv6 addresses throughout it fits the output buffer of a client. */
enum { TRACE_LIST_MOST = 128 };

/* A new reference, or NULL with *why set to words about the request. */
json_t *trace_list_answer(struct workers *w, const json_t *request, const struct report_clocks *clocks,
	const char **why);

#endif
