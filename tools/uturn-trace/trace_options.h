/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of uturn-trace(1): one table for parser and help. */
#ifndef UTURN_TRACE_TRACE_OPTIONS_H
#define UTURN_TRACE_TRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "trace_record.h"

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

/*
 * Options may stand in front of and behind arguments, which are moved to the end:
 * *first is the first of them. False: the program exits at once with *status, help, the
 * version or an error has been printed.
 */
bool trace_options_take(int argc, char **argv, struct trace_options *o, int *first, int *status);

/*
 * With the options of a saved trace, which is borrowed for as long as *o, where the
 * command line gives none; false after an error message, which names o->like.
 */
bool trace_options_like(struct trace_options *o, const struct trace_record *r);
/* Into a record, for trace_options_like(). */
void trace_options_save(const struct trace_options *o, struct trace_record *r);

/* "uturn-trace: ..." on standard error, one line. */
void trace_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
