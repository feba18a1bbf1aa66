/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log-traces of uturnd.conf(5): a line for each trace that has ended, ten a
 * second at most, and one that counts the rest. Plain memory.
 */
#ifndef UTURN_OPERATOR_TRACE_LOG_H
#define UTURN_OPERATOR_TRACE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config_types.h"
#include "engine/traces.h"

struct workers;

enum { TRACE_LOG_LINES = 10, TRACE_LOG_WORDS_SIZE = 256 };

struct trace_log {
	uint64_t seen[CONFIG_QUEUES]; /* traces of each worker that were logged, or counted */
};

/* What has ended so far is not logged. */
void trace_log_begin(struct trace_log *l, struct workers *w);
/* Logs what has ended since the last call; to be called once a second. */
void trace_log_work(struct trace_log *l, struct workers *w);

/* Returns words. */
const char *trace_log_words(const struct trace *trace, char words[TRACE_LOG_WORDS_SIZE]);

#endif
