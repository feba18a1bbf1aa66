/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "operator/trace_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/log.h"
#include "common/text.h"
#include "operator/report.h"
#include "operator/report_kept.h"
#include "process/workers.h"

void trace_log_begin(struct trace_log *l, struct workers *w)
{
	for (unsigned i = 0; i < workers_count(w); i++)
		l->seen[i] = workers_traces_ended(w, i);
}

const char *trace_log_words(const struct trace *trace, char words[TRACE_LOG_WORDS_SIZE])
{
	struct report_hops hops = report_hops(trace);
	char prober[ADDR_TEXT_SIZE], target[ADDR_TEXT_SIZE], number[4];

	snprintf(words, TRACE_LOG_WORDS_SIZE,
		"trace %" PRIu64 ": %s to %s, %s %s, %" PRIu32 " probes in %.1f s, %u hops answered, %u silent, %s",
		trace->id, addr_text(&trace->prober, prober), addr_text(&trace->target, target),
		report_front(trace->front), report_protocol(trace->protocol, number), trace->probes,
		(double)(trace->active_ns - trace->began_ns) / 1e9, hops.answered, hops.silent, report_end(trace->end));
	return words;
}

void trace_log_work(struct trace_log *l, struct workers *w)
{
	char words[TRACE_LOG_WORDS_SIZE];
	struct trace trace;
	uint64_t left = 0;
	unsigned lines = 0;

	for (unsigned i = 0; i < workers_count(w); i++) {
		uint64_t ended = workers_traces_ended(w, i), n = l->seen[i];

		while (n < ended && lines < TRACE_LOG_LINES) {
			if (traces_read_ended(workers_traces(w, i), ++n, &trace)) {
				log_info("%s", trace_log_words(&trace, words));
				lines++;
			} else {
				left++;
			}
		}
		left += ended - n;
		l->seen[i] = ended;
	}
	if (left)
		log_info("traces: %" PRIu64 " more have ended within this second", left);
}
