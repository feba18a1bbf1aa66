/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command line of uturn-trace(1) says (trace_options.h). */
#ifndef UTURN_TRACE_OPTION_VALUES_H
#define UTURN_TRACE_OPTION_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "record/trace_record.h"

enum { TRACE_DATABASES = 4 };
enum trace_reverse { REVERSE_AUTO, REVERSE_UTURN, REVERSE_REQUEST, REVERSE_NONE };
enum trace_format { FORMAT_TEXT, FORMAT_VERTICAL, FORMAT_HORIZONTAL, FORMAT_JSON, FORMAT_DOT, FORMAT_SVG, FORMAT_HTML };
/* A file of -o, whose ending is its format. */
struct trace_output {
	const char *path;
	enum trace_format format;
};
enum { TRACE_OUTPUTS = 8 };
enum trace_payload { TRACE_PAYLOAD_NONE, TRACE_PAYLOAD_DNS, TRACE_PAYLOAD_QUIC };
enum trace_protocol { TRACE_UDP, TRACE_TCP, TRACE_ICMP };

enum { TRACE_OPTIONS = 64 };

struct trace_options {
	uint8_t family; /* 0: whatever the name has first; 4 or 6 */
	enum trace_protocol protocol;
	enum trace_payload payload; /* UDP only */
	uint16_t port; /* 0, as long as options are taken: that of the payload */
	uint16_t paths; /* 0: all */
	int flow; /* -1: none alone */
	double confidence; /* probability that anything is missed */
	enum trace_reverse reverse;
	uint8_t queries, max_ttl, gap, tos;
	uint64_t timeout_ns, deadline_ns;
	bool is_live;
	bool is_output_implied; /* of --live: outputs has a file that is made when it is asked for */
	uint64_t watch_ns; /* between two rounds of --watch; 0: traced once */
	uint32_t rate; /* probes a second */
	enum trace_format format; /* of standard output */
	struct trace_output outputs[TRACE_OUTPUTS];
	uint8_t output_count; /* 0: to standard output */
	bool is_plain, has_no_names, has_mtu;
	bool wants_fields, wants_routers;
	const char *source, *interface; /* as given; NULL: chosen by the system */
	const char *databases[TRACE_DATABASES]; /* files of --mmdb */
	uint8_t database_count;
	const char *like; /* file of --like; NULL: none */
	const char *target_name; /* of that file, where the target is its own; NULL: as given */
	bool is_like; /* what is taken now is of that file */
	const char *given[TRACE_OPTIONS]; /* by row of the table: as it was given, "" without a value; NULL: not */
	/* of --like: flows that every hop is asked by at least, by hop - 1 of each direction */
	uint16_t least_flows[2][RECORD_HOPS];
};

/* Exit statuses, of uturn-trace(1). */
enum { STATUS_REACHED, STATUS_NOT_REACHED, STATUS_USAGE, STATUS_PERMISSION, STATUS_INTERRUPTED = 130 };
enum { DIFF_STATUS_SAME, DIFF_STATUS_CHANGED, DIFF_STATUS_TROUBLE };

#endif
