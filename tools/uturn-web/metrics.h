/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uturn-web counts: one row is the enum value, the name in /metrics and
 * its words. Numbers only: no address is among them.
 */
#ifndef UTURN_WEB_METRICS_H
#define UTURN_WEB_METRICS_H

#include <stdint.h>

#include "buffer.h"

#define METRICS(X) \
	X(CONNECTIONS, "connections_total", "counter", "connections taken") \
	X(CONNECTIONS_OPEN, "connections", "gauge", "connections open now") \
	X(CONNECTIONS_REFUSED, "connections_refused_total", "counter", \
		"connections closed at once because of a limit") \
	X(TLS_FAILED, "tls_failed_total", "counter", "TLS handshakes that failed") \
	X(TIMED_OUT, "timed_out_total", "counter", "connections closed because nothing came or nothing was read") \
	X(REQUESTS, "requests_total", "counter", "requests") \
	X(REQUESTS_BAD, "requests_bad_total", "counter", \
		"requests that were malformed, too large or of another method") \
	X(STREAMS_RESET, "streams_reset_total", "counter", "HTTP/2 streams reset by visitors") \
	X(TRACES, "traces_total", "counter", "traces asked of uturnd") \
	X(TRACES_OPEN, "traces", "gauge", "traces running now") \
	X(TRACES_JOINED, "traces_joined_total", "counter", \
		"requests that joined a trace already running on their connection") \
	X(TRACES_REFUSED, "traces_refused_total", "counter", "traces refused because of a limit") \
	X(TRACES_FAILED, "traces_failed_total", "counter", "traces that uturnd refused or did not end") \
	X(HOPS, "hops_total", "counter", "answers and silent hops reported by uturnd") \
	X(NAMES_ASKED, "names_asked_total", "counter", "reverse look-ups sent to a resolver") \
	X(NAMES_CACHED, "names_cached_total", "counter", "reverse look-ups answered from the cache") \
	X(NAMES_REFUSED, "names_refused_total", "counter", "reverse look-ups left out because too many were under way")

#define X(name, metric, type, words) METRIC_##name,
enum metric { METRICS(X) METRIC_COUNT };
#undef X

struct metrics {
	uint64_t value[METRIC_COUNT];
};

/* Prometheus text format 0.0.4. */
void metrics_print(const struct metrics *m, struct buffer *out);

#endif
