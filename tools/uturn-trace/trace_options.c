/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aim.h"
#include "common/version.h"
#include "option_set.h"
#include "search/flows.h"

static const uint64_t second_ns = 1000000000;

enum { KEY_FIRST = 256 }; /* of getopt_long(): the row of the table is added */

static bool option_confidence(const struct trace_option *row, const char *text, struct trace_options *o)
{
	char *end;
	double number = strtod(text, &end);

	(void)row;
	if (end != text && !*end && number >= 0.0001 && number <= 0.5) {
		o->confidence = number;
		return true;
	}
	option_fail(o, "--confidence: '%s' is not a number between 0.0001 and 0.5", text);
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
static const char *const payloads[] = { "none", "dns", "quic", NULL };
static const char *const formats[] = { "text", "vertical", "horizontal", "json", "dot", "svg", "html", NULL };

/* clang-format off */
static const struct trace_option rows[] = {
	{ "4", NULL, "an IPv4 address of the target", option_flag, '4', FIELD(family), .low = 4 },
	{ "6", NULL, "an IPv6 address of the target", option_flag, '6', FIELD(family), .low = 6 },
	{ "udp", NULL, "UDP datagrams (the default)", option_flag, 0, FIELD(protocol), .low = TRACE_UDP },
	{ "tcp", NULL, "TCP SYN segments", option_flag, 0, FIELD(protocol), .low = TRACE_TCP },
	{ "icmp", NULL, "ICMP echo requests", option_flag, 0, FIELD(protocol), .low = TRACE_ICMP },
	{ "port", "N", "destination port (33434, dns 53, quic 443)", option_number, 0, FIELD(port), 1, 65535, .is_kept = true },
	{ "payload", "P", "what UDP probes ask for: none, dns or quic (none)", option_word, 0, FIELD(payload), .words = payloads, .is_kept = true },
	{ "paths", "auto|N", "all paths, or those of N flows (auto)", option_auto_or_number, 0, FIELD(paths), 1, 4096, .is_kept = true },
	{ "flow", "N", "that flow alone", option_number, 0, FIELD(flow), 0, FLOWS_COUNT - 1, .is_kept = true },
	{ "confidence", "P", "probability that anything is missed (0.05)", .set = option_confidence, .is_kept = true },
	{ "reverse", "WAY", "the return path: auto, uturn, request or none (auto)", option_word, 0, FIELD(reverse), .words = ways, .is_kept = true },
	{ "queries", "N", "answers wanted per flow and hop (1)", option_number, 0, FIELD(queries), 1, 100, .is_kept = true },
	{ "max-ttl", "N", "maximum number of hops (32)", option_number, 0, FIELD(max_ttl), 1, 63, .is_kept = true },
	{ "gap", "N", "silent hops in a row that end a path (5)", option_number, 0, FIELD(gap), 1, 63, .is_kept = true },
	{ "timeout", "T", "longest wait for an answer (2s)", option_time, 0, FIELD(timeout_ns), .is_kept = true },
	{ "deadline", "T", "longest trace (30s)", option_time, 0, FIELD(deadline_ns), .is_kept = true },
	{ "rate", "N", "probes a second (1000)", option_number, 0, FIELD(rate), 1, 10000, .is_kept = true },
	{ "mtu", NULL, "where packets may be how large", option_flag, 0, FIELD(has_mtu), .low = true, .is_kept = true },
	{ "tos", "N", "TOS or traffic class of the probes (0)", option_number, 0, FIELD(tos), 0, 255, .is_kept = true },
	{ "fields", NULL, "the header fields that each balancer chooses by", option_flag, 0, FIELD(wants_fields), .low = true, .is_kept = true },
	{ "live", NULL, "go on, on the screen: one sweep a second", option_flag, 0, FIELD(is_live), .low = true },
	{ "watch", "T", "trace, then see every T whether it has changed", option_time, 0, FIELD(watch_ns) },
	{ "format", "F", "text, vertical, horizontal, json, dot, svg or html (text)", option_word, 0, FIELD(format), .words = formats },
	{ "output", "FILE", "into FILE, in the format of its ending; repeatable", .set = option_output, .letter = 'o' },
	{ "like", "FILE", "target, options and flows of a saved trace", option_text, 0, FIELD(like) },
	{ "no-resolve", NULL, "no names of addresses", option_flag, 0, FIELD(has_no_names), .low = true },
	{ "mmdb", "FILE", "AS numbers from a MaxMind database; repeatable", .set = option_database },
	{ "plain", NULL, "UDP sockets, which need no privilege", option_flag, 0, FIELD(is_plain), .low = true, .is_kept = true },
	{ "routers", NULL, "which addresses are one router", option_flag, 0, FIELD(wants_routers), .low = true, .is_kept = true },
	{ "source", "ADDR", "source address of the probes", option_text, 0, FIELD(source), .is_kept = true },
	{ "interface", "NAME", "probes leave by this interface alone", option_text, 0, FIELD(interface), .is_kept = true },
	{ "version", NULL, "print the version and exit", .letter = 'v' },
	{ "help", NULL, "print this and exit", .letter = 'h' },
};
/* clang-format on */

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
_Static_assert((int)ROWS <= (int)TRACE_OPTIONS, "given[] has a place for each row");

static void print_help(void)
{
	puts("usage: uturn-trace [options] TARGET          trace\n"
	     "       uturn-trace [options] --like FILE     the same trace again\n"
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
	if (row->set) {
		o->given[row - rows] = optarg ? optarg : "";
		return row->set(row, optarg, o);
	}
	if (row->letter == 'v')
		puts("uturn-trace " UTURN_VERSION);
	else
		print_help();
	*status = STATUS_REACHED;
	return false;
}

/* What one option means to another; false after an error message. */
static bool settle(struct trace_options *o)
{
	static const uint16_t ports[] = { AIM_PORT, AIM_PORT_DNS, AIM_PORT_QUIC };

	if (!o->port)
		o->port = ports[o->payload];
	if (o->payload == TRACE_PAYLOAD_NONE || o->protocol == TRACE_UDP)
		return true;
	trace_error("--payload: '%s' is sent by UDP alone, not with --%s", payloads[o->payload],
		o->protocol == TRACE_TCP ? "tcp" : "icmp");
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

	*o = (struct trace_options){ .flow = -1,
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
	return goes_together(o) && (o->like || settle(o));
}

/* Udp, tcp and icmp are one choice. */
static bool is_given(const struct trace_options *o, const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (o->given[i] && strcmp(rows[i].name, name) == 0)
			return true;
	return false;
}

static void like_protocol(struct trace_options *o, const struct trace_record *r)
{
	if (is_given(o, "udp") || is_given(o, "tcp") || is_given(o, "icmp"))
		return;
	o->protocol = strcmp(r->protocol, "tcp") == 0 ? TRACE_TCP
		: strcmp(r->protocol, "icmp") == 0    ? TRACE_ICMP
						      : TRACE_UDP;
}

/* Flows and ports of a trace that has no options, and how many flows were asked at each hop. */
static void like_flows(struct trace_options *o, const struct trace_record *r)
{
	if (!r->has_options && r->flow_count && r->flows[0].dport && !is_given(o, "port"))
		o->port = r->flows[0].dport;
	if (!r->has_options && r->flow_count == 1 && r->flows[0].id < FLOWS_COUNT && !is_given(o, "flow"))
		o->flow = (int)r->flows[0].id;
	if (is_given(o, "paths") || is_given(o, "flow"))
		return;
	for (enum record_direction d = RECORD_THERE; d < RECORD_DIRECTIONS; d++)
		for (unsigned hop = 1; hop <= RECORD_HOPS; hop++)
			o->least_flows[d][hop - 1] = (uint16_t)record_flows_at(r, d, hop);
}

static bool like_option(struct trace_options *o, const struct record_option *saved)
{
	for (size_t i = 0; i < ROWS; i++) {
		const bool has_value = rows[i].value != NULL;

		if (!rows[i].is_kept || strcmp(rows[i].name, saved->name) != 0)
			continue;
		if (o->given[i] || (strcmp(saved->name, "payload") == 0 && o->protocol != TRACE_UDP))
			return true;
		if (has_value != (*saved->value != '\0')) {
			option_fail(o, "--%s: %s", saved->name, has_value ? "has no value" : "has a value");
			return false;
		}
		o->given[i] = saved->value;
		return rows[i].set(&rows[i], saved->value, o);
	}
	return true; /* of a later version */
}

bool trace_options_like(struct trace_options *o, const struct trace_record *r)
{
	bool is_taken = true;

	o->is_like = true;
	like_protocol(o, r);
	for (unsigned i = 0; is_taken && i < r->option_count; i++)
		is_taken = like_option(o, &r->options[i]);
	if (is_taken)
		like_flows(o, r);
	o->is_like = false;
	return is_taken && settle(o);
}

void trace_options_save(const struct trace_options *o, struct trace_record *r)
{
	r->has_options = true;
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].is_kept && o->given[i])
			record_add_option(r, rows[i].name, o->given[i]);
}
