/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/version.h"
#include "option_set.h"
#include "search/flows.h"

static const uint64_t second_ns = 1000000000;

enum { KEY_FIRST = 256 }; /* of getopt_long(): the row of the table is added */

void trace_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("uturn-trace: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

static bool option_confidence(const struct trace_option *row, const char *text, struct trace_options *o)
{
	char *end;
	double number = strtod(text, &end);

	(void)row;
	if (end != text && !*end && number >= 0.0001 && number <= 0.5) {
		o->confidence = number;
		return true;
	}
	trace_error("--confidence: '%s' is not a number between 0.0001 and 0.5", text);
	return false;
}

/* FILE.json and so on; .txt is text. */
static bool option_output(const struct trace_option *row, const char *path, struct trace_options *o)
{
	static const struct {
		const char *ending;
		enum trace_format format;
	} formats[] = { { ".txt", FORMAT_TEXT }, { ".json", FORMAT_JSON }, { ".dot", FORMAT_DOT },
		{ ".svg", FORMAT_SVG }, { ".html", FORMAT_HTML } };
	const char *ending = strrchr(path, '.');

	(void)row;
	if (o->output_count == TRACE_OUTPUTS) {
		trace_error("--output: more than %d files", TRACE_OUTPUTS);
		return false;
	}
	for (size_t i = 0; ending && i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(ending, formats[i].ending) != 0)
			continue;
		o->outputs[o->output_count++] = (struct trace_output){ path, formats[i].format };
		return true;
	}
	trace_error("--output: '%s' does not end in .txt, .json, .dot, .svg or .html", path);
	return false;
}

static bool option_database(const struct trace_option *row, const char *path, struct trace_options *o)
{
	(void)row;
	if (o->database_count == TRACE_DATABASES) {
		trace_error("--mmdb: more than %d files", TRACE_DATABASES);
		return false;
	}
	o->databases[o->database_count++] = path;
	return true;
}

#define FIELD(field) .offset = offsetof(struct trace_options, field), .size = sizeof(((struct trace_options *)0)->field)

static const char *const ways[] = { "auto", "uturn", "request", "none", NULL };
static const char *const formats[] = { "text", "vertical", "horizontal", "json", "dot", "svg", "html", NULL };

/* clang-format off */
static const struct trace_option rows[] = {
	{ "4", NULL, "an IPv4 address of the target", option_flag, '4', FIELD(family), .low = 4 },
	{ "6", NULL, "an IPv6 address of the target", option_flag, '6', FIELD(family), .low = 6 },
	{ "udp", NULL, "UDP datagrams (the default)", option_flag, 0, FIELD(protocol), .low = TRACE_UDP },
	{ "tcp", NULL, "TCP SYN segments", option_flag, 0, FIELD(protocol), .low = TRACE_TCP },
	{ "icmp", NULL, "ICMP echo requests", option_flag, 0, FIELD(protocol), .low = TRACE_ICMP },
	{ "port", "N", "destination port (33434)", option_number, 0, FIELD(port), 1, 65535 },
	{ "paths", "auto|N", "all paths, or those of N flows (auto)", option_auto_or_number, 0, FIELD(paths), 1, 4096 },
	{ "flow", "N", "that flow alone", option_number, 0, FIELD(flow), 0, FLOWS_COUNT - 1 },
	{ "confidence", "P", "probability that anything is missed (0.05)", .set = option_confidence },
	{ "reverse", "WAY", "the return path: auto, uturn, request or none (auto)", option_word, 0, FIELD(reverse), .words = ways },
	{ "queries", "N", "answers wanted per flow and hop (1)", option_number, 0, FIELD(queries), 1, 100 },
	{ "max-ttl", "N", "maximum number of hops (32)", option_number, 0, FIELD(max_ttl), 1, 63 },
	{ "gap", "N", "silent hops in a row that end a path (5)", option_number, 0, FIELD(gap), 1, 63 },
	{ "timeout", "T", "longest wait for an answer (2s)", option_time, 0, FIELD(timeout_ns) },
	{ "deadline", "T", "longest trace (30s)", option_time, 0, FIELD(deadline_ns) },
	{ "rate", "N", "probes a second (1000)", option_number, 0, FIELD(rate), 1, 10000 },
	{ "tos", "N", "TOS or traffic class of the probes (0)", option_number, 0, FIELD(tos), 0, 255 },
	{ "live", NULL, "go on, on the screen: one sweep a second", option_flag, 0, FIELD(is_live), .low = true },
	{ "watch", "T", "trace, then see every T whether it has changed", option_time, 0, FIELD(watch_ns) },
	{ "format", "F", "text, vertical, horizontal, json, dot, svg or html (text)", option_word, 0, FIELD(format), .words = formats },
	{ "output", "FILE", "into FILE, in the format of its ending; repeatable", .set = option_output, .letter = 'o' },
	{ "no-resolve", NULL, "no names of addresses", option_flag, 0, FIELD(has_no_names), .low = true },
	{ "mmdb", "FILE", "AS numbers from a MaxMind database; repeatable", .set = option_database },
	{ "plain", NULL, "UDP sockets, which need no privilege", option_flag, 0, FIELD(is_plain), .low = true },
	{ "source", "ADDR", "source address of the probes", option_text, 0, FIELD(source) },
	{ "version", NULL, "print the version and exit", .letter = 'v' },
	{ "help", NULL, "print this and exit", .letter = 'h' },
};
/* clang-format on */

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void print_help(void)
{
	puts("usage: uturn-trace [options] TARGET          trace\n"
	     "       uturn-trace [options] show FILE       print a saved trace\n"
	     "       uturn-trace [options] diff BEFORE AFTER\n                                         what changed\n");
	for (size_t i = 0; i < ROWS; i++) {
		char name[32];

		if (strlen(rows[i].name) == 1)
			snprintf(name, sizeof(name), "-%c", rows[i].letter);
		else
			snprintf(name, sizeof(name), "--%s %s", rows[i].name, rows[i].value ? rows[i].value : "");
		printf("  %-18s %s\n", name, rows[i].help);
	}
	puts("\nT is a number with ms, s or m. Manual: uturn-trace(1).");
}

/* The row of what getopt_long() has returned; NULL: an option that there is none of, which it has told. */
static const struct trace_option *row_of(int key)
{
	if (key >= KEY_FIRST && key < KEY_FIRST + ROWS)
		return &rows[key - KEY_FIRST];
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter && rows[i].letter == key)
			return &rows[i];
	return NULL;
}

/* False: the program ends, with *status. */
static bool take_option(int key, struct trace_options *o, int *status)
{
	const struct trace_option *row = row_of(key);

	*status = STATUS_USAGE;
	if (!row) {
		trace_error("see uturn-trace --help");
		return false;
	}
	if (row->set)
		return row->set(row, optarg, o);
	if (row->letter == 'v')
		puts("uturn-trace " UTURN_VERSION);
	else
		print_help();
	*status = STATUS_REACHED;
	return false;
}

static bool goes_together(const struct trace_options *o)
{
	if (o->watch_ns && o->watch_ns < second_ns)
		trace_error("--watch: the shortest time is 1s");
	else if (o->watch_ns && o->format != FORMAT_TEXT && o->format != FORMAT_JSON)
		trace_error("--watch: --format is text or json, -o FILE has any");
	else if (o->is_live && o->watch_ns)
		trace_error("--live: not together with --watch");
	else if (o->is_live && o->format != FORMAT_TEXT)
		trace_error("--live: what is on the screen has no --format, -o FILE has");
	else
		return true;
	return false;
}

bool trace_options_take(int argc, char **argv, struct trace_options *o, int *first, int *status)
{
	struct option options[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	int key;

	*o = (struct trace_options){ .port = 33434,
		.flow = -1,
		.confidence = 0.05,
		.queries = 1,
		.max_ttl = 32,
		.gap = 5,
		.timeout_ns = 2 * second_ns,
		.deadline_ns = 30 * second_ns,
		.rate = 1000 };
	for (int i = 0; i < ROWS; i++)
		options[i] = (struct option){ rows[i].name, rows[i].value ? required_argument : no_argument, NULL,
			KEY_FIRST + i };
	while ((key = getopt_long(argc, argv, "46o:hv", options, NULL)) != -1)
		if (!take_option(key, o, status))
			return false;
	*first = optind;
	*status = STATUS_USAGE;
	return goes_together(o);
}
