/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The figures of uturnd and of what surrounds it, as metrics: answers of the
 * control socket (uturn-control(7)) in, text for Prometheus out. The only
 * addresses among them are those of peers.
 *
 * The same for `uturnctl metrics` and uturn-web's /metrics. A field that is
 * missing, of another type or out of range leaves its metric out.
 */
#ifndef UTURN_METRICS_FIGURES_H
#define UTURN_METRICS_FIGURES_H

#include <jansson.h>
#include <stdint.h>

/* The name without uturn_, the type, the labels as the manual has them, and what HELP says. */
#define FIGURES(X) \
	X(UP, "up", GAUGE, "", "whether uturnd answers") \
	X(BUILD_INFO, "build_info", GAUGE, "version", "always 1, with the version of uturnd") \
	X(START_TIME, "start_time_seconds", GAUGE, "", "when uturnd started, in seconds since 1970") \
	X(PACKETS, "packets_total", COUNTER, "class,outcome", "packets, flights and traces by how they ended") \
	X(FLIGHTS, "flights", GAUGE, "", "return probes outstanding") \
	X(FLIGHTS_CAPACITY, "flights_capacity", GAUGE, "", "return probes that can be outstanding at once") \
	X(TRACES, "traces_total", COUNTER, "frontend,end", "traces that have ended") \
	X(PROBERS, "probers", GAUGE, "", "probers of the last minute") \
	X(DRAINING, "draining_seconds", GAUGE, "", \
		"seconds until uturnd takes new probers again; absent where it is not drained") \
	X(RELAY, "relay_seconds", HISTOGRAM, "le", "from a return probe to the answer that was relayed") \
	X(PEER_SILENT, "peer_silent_seconds", GAUGE, "peer", \
		"since a datagram of the peer was accepted; before the first, since uturnd started") \
	X(PEER_SENT, "peer_sent_total", COUNTER, "peer", "errors and replies sent to the peer") \
	X(PEER_RECEIVED, "peer_received_total", COUNTER, "peer", "errors and replies accepted from the peer") \
	X(PEER_MATCHED, "peer_matched_total", COUNTER, "peer", "of these, what matched a flight of this host") \
	X(PEER_REFUSED, "peer_refused_total", COUNTER, "peer,outcome", "datagrams in the name of the peer, refused") \
	X(QUEUE_LENGTH, "queue_length", GAUGE, "queue", "packets that wait in the kernel's queue, or for a verdict") \
	X(QUEUE_DROPPED, "queue_dropped_total", COUNTER, "queue,why", \
		"packets lost in front of uturnd: the queue, or its receive buffer, was full") \
	X(RULES_PRESENT, "rules_present", GAUGE, "family", "whether the rules that uturn-rules keeps are in place") \
	X(RULES_REPAIRED, "rules_repaired_total", COUNTER, "family", "times that uturn-rules applied its rules again") \
	X(CERTIFICATE_EXPIRY, "certificate_expiry_timestamp_seconds", GAUGE, "", \
		"when the certificate of uturn-web expires, in seconds since 1970")

#define X(name, metric, type, labels, words) FIGURE_##name,
enum figure { FIGURES(X) FIGURE_COUNT };
#undef X

struct figures_found {
	const json_t *status, *counters; /* uturnd's answers; status NULL: it does not answer */
	const json_t *rules; /* state.json of uturn-rules keep; NULL: the rules are not kept */
	const char *queues; /* the text of nfnetlink_queue; NULL: it cannot be read */
	int64_t certificate_expiry; /* seconds since 1970; 0: no certificate that can be read */
};

/* For the caller to free; NULL: out of memory. */
char *figures_text(const struct figures_found *found);

#endif
