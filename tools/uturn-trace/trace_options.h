/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of uturn-trace(1): one table for parser and help. */
#ifndef UTURN_TRACE_TRACE_OPTIONS_H
#define UTURN_TRACE_TRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { TRACE_DATABASES = 4 };
enum trace_reverse { REVERSE_AUTO, REVERSE_UTURN, REVERSE_REQUEST, REVERSE_NONE };
enum trace_format { FORMAT_TEXT, FORMAT_VERTICAL, FORMAT_HORIZONTAL, FORMAT_JSON, FORMAT_DOT, FORMAT_SVG, FORMAT_HTML };
/* A file of -o, whose ending is its format. */
struct trace_output {
	const char *path;
	enum trace_format format;
};
enum { TRACE_OUTPUTS = 8 };
enum trace_protocol { TRACE_UDP, TRACE_TCP, TRACE_ICMP };

struct trace_options {
	uint8_t family; /* 0: whatever the name has first; 4 or 6 */
	enum trace_protocol protocol;
	uint16_t port;
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
	bool is_plain, has_no_names;
	const char *source; /* as given; NULL: chosen by the system */
	const char *databases[TRACE_DATABASES]; /* files of --mmdb */
	uint8_t database_count;
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

/* "uturn-trace: ..." on standard error, one line. */
void trace_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
