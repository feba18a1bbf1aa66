/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/version.h"
#include "search/flows.h"

static const uint64_t second_ns = 1000000000;

enum option_key {
	KEY_UDP = 256,
	KEY_TCP,
	KEY_ICMP,
	KEY_PORT,
	KEY_PATHS,
	KEY_FLOW,
	KEY_CONFIDENCE,
	KEY_REVERSE,
	KEY_QUERIES,
	KEY_MAX_TTL,
	KEY_GAP,
	KEY_TIMEOUT,
	KEY_DEADLINE,
	KEY_RATE,
	KEY_TOS,
	KEY_FORMAT,
	KEY_NO_RESOLVE,
	KEY_MMDB,
	KEY_PLAIN,
	KEY_SOURCE,
};

static const struct {
	struct option option;
	const char *value, *help;
} rows[] = {
	{ { "4", no_argument, NULL, '4' }, "", "an IPv4 address of the target" },
	{ { "6", no_argument, NULL, '6' }, "", "an IPv6 address of the target" },
	{ { "udp", no_argument, NULL, KEY_UDP }, "", "UDP datagrams (the default)" },
	{ { "tcp", no_argument, NULL, KEY_TCP }, "", "TCP SYN segments" },
	{ { "icmp", no_argument, NULL, KEY_ICMP }, "", "ICMP echo requests" },
	{ { "port", required_argument, NULL, KEY_PORT }, "N", "destination port (33434)" },
	{ { "paths", required_argument, NULL, KEY_PATHS }, "auto|N", "all paths, or those of N flows (auto)" },
	{ { "flow", required_argument, NULL, KEY_FLOW }, "N", "that flow alone" },
	{ { "confidence", required_argument, NULL, KEY_CONFIDENCE }, "P",
		"probability that anything is missed (0.05)" },
	{ { "reverse", required_argument, NULL, KEY_REVERSE }, "WAY",
		"the return path: auto, uturn, request or none (auto)" },
	{ { "queries", required_argument, NULL, KEY_QUERIES }, "N", "answers wanted per flow and hop (1)" },
	{ { "max-ttl", required_argument, NULL, KEY_MAX_TTL }, "N", "maximum number of hops (32)" },
	{ { "gap", required_argument, NULL, KEY_GAP }, "N", "silent hops in a row that end a path (5)" },
	{ { "timeout", required_argument, NULL, KEY_TIMEOUT }, "T", "longest wait for an answer (2s)" },
	{ { "deadline", required_argument, NULL, KEY_DEADLINE }, "T", "longest trace (30s)" },
	{ { "rate", required_argument, NULL, KEY_RATE }, "N", "probes a second (1000)" },
	{ { "tos", required_argument, NULL, KEY_TOS }, "N", "TOS or traffic class of the probes (0)" },
	{ { "format", required_argument, NULL, KEY_FORMAT }, "F",
		"text, vertical, horizontal, json, dot, svg or html (text)" },
	{ { "output", required_argument, NULL, 'o' }, "FILE", "into FILE, in the format of its ending; repeatable" },
	{ { "no-resolve", no_argument, NULL, KEY_NO_RESOLVE }, "", "no names of addresses" },
	{ { "mmdb", required_argument, NULL, KEY_MMDB }, "FILE", "AS numbers from a MaxMind database; repeatable" },
	{ { "plain", no_argument, NULL, KEY_PLAIN }, "", "UDP sockets, which need no privilege" },
	{ { "source", required_argument, NULL, KEY_SOURCE }, "ADDR", "source address of the probes" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

void trace_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("uturn-trace: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

static void print_help(void)
{
	puts("usage: uturn-trace [options] TARGET          trace\n"
	     "       uturn-trace [options] show FILE       print a saved trace\n"
	     "       uturn-trace diff BEFORE AFTER         what changed\n");
	for (size_t i = 0; i < ROWS; i++) {
		const struct option *o = &rows[i].option;
		char name[32];

		snprintf(name, sizeof(name), "--%s %s", o->name, rows[i].value);
		if (o->val < 128 && strlen(o->name) == 1)
			snprintf(name, sizeof(name), "-%c", o->val);
		printf("  %-18s %s\n", name, rows[i].help);
	}
	puts("\nT is a number with ms, s or m. Manual: uturn-trace(1).");
}

static const char *name_of(int key)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].option.val == key)
			return rows[i].option.name;
	return "?";
}

static bool take_number(int key, const char *text, unsigned least, unsigned most, unsigned *number)
{
	const size_t digits = strspn(text, "0123456789");

	*number = digits && digits < 9 ? (unsigned)strtoul(text, NULL, 10) : 0;
	if (digits && digits < 9 && !text[digits] && *number >= least && *number <= most)
		return true;
	trace_error("--%s: '%s' is not a number between %u and %u", name_of(key), text, least, most);
	return false;
}

static bool take_time(int key, const char *text, uint64_t *time_ns)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "", 1e9 } };
	const double most_ns = 3600e9; /* a saved trace has 32 bits for microseconds */
	char *end;
	double number = strtod(text, &end);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end == text || strcmp(end, units[i].unit) != 0 || !(number > 0) || number * units[i].ns > most_ns)
			continue;
		*time_ns = (uint64_t)(number * units[i].ns);
		return true;
	}
	trace_error("--%s: '%s' is not a time like 500ms or 2s, 60m at most", name_of(key), text);
	return false;
}

static bool take_word(int key, const char *text, const char *const *words, unsigned *index)
{
	char list[80] = "";

	for (*index = 0; words[*index]; (*index)++) {
		if (strcmp(text, words[*index]) == 0)
			return true;
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", *index ? ", " : "", words[*index]);
	}
	trace_error("--%s: '%s' is not one of %s", name_of(key), text, list);
	return false;
}

static bool take_confidence(const char *text, double *confidence)
{
	char *end;
	double number = strtod(text, &end);

	if (end != text && !*end && number >= 0.0001 && number <= 0.5) {
		*confidence = number;
		return true;
	}
	trace_error("--confidence: '%s' is not a number between 0.0001 and 0.5", text);
	return false;
}

/* FILE.json and so on; .txt is text. */
static bool take_output(struct trace_options *o, const char *path)
{
	static const struct {
		const char *ending;
		enum trace_format format;
	} formats[] = { { ".txt", FORMAT_TEXT }, { ".json", FORMAT_JSON }, { ".dot", FORMAT_DOT },
		{ ".svg", FORMAT_SVG }, { ".html", FORMAT_HTML } };
	const char *ending = strrchr(path, '.');

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

static bool take_database(struct trace_options *o, const char *path)
{
	if (o->database_count == TRACE_DATABASES) {
		trace_error("--mmdb: more than %d files", TRACE_DATABASES);
		return false;
	}
	o->databases[o->database_count++] = path;
	return true;
}

/* The options that have a number, by their keys; false where it is none of these, or wrong (*is_wrong). */
static bool take_numeric(int key, const char *text, struct trace_options *o, bool *is_wrong)
{
	unsigned n = 0;
	bool is_right = true;

	switch (key) {
	case KEY_PORT:
		is_right = take_number(key, text, 1, 65535, &n);
		o->port = (uint16_t)n;
		break;
	case KEY_PATHS:
		is_right = strcmp(text, "auto") == 0 || take_number(key, text, 1, 4096, &n);
		o->paths = (uint16_t)n;
		break;
	case KEY_FLOW:
		is_right = take_number(key, text, 0, FLOWS_COUNT - 1, &n);
		o->flow = (int)n;
		break;
	case KEY_QUERIES:
		is_right = take_number(key, text, 1, 100, &n);
		o->queries = (uint8_t)n;
		break;
	case KEY_MAX_TTL:
		is_right = take_number(key, text, 1, 63, &n);
		o->max_ttl = (uint8_t)n;
		break;
	case KEY_GAP:
		is_right = take_number(key, text, 1, 63, &n);
		o->gap = (uint8_t)n;
		break;
	case KEY_RATE:
		is_right = take_number(key, text, 1, 10000, &n);
		o->rate = n;
		break;
	case KEY_TOS:
		is_right = take_number(key, text, 0, 255, &n);
		o->tos = (uint8_t)n;
		break;
	default:
		return false;
	}
	*is_wrong = !is_right;
	return true;
}

static bool take_option(int key, char *text, struct trace_options *o)
{
	static const char *const ways[] = { "auto", "uturn", "request", "none", NULL };
	static const char *const formats[] = { "text", "vertical", "horizontal", "json", "dot", "svg", "html", NULL };
	unsigned word;
	bool is_wrong;

	if (take_numeric(key, text, o, &is_wrong))
		return !is_wrong;
	switch (key) {
	case '4':
	case '6':
		o->family = (uint8_t)(key - '0');
		return true;
	case KEY_UDP:
	case KEY_TCP:
	case KEY_ICMP:
		o->protocol = (enum trace_protocol)(key - KEY_UDP);
		return true;
	case KEY_CONFIDENCE:
		return take_confidence(text, &o->confidence);
	case KEY_REVERSE:
		if (!take_word(key, text, ways, &word))
			return false;
		o->reverse = (enum trace_reverse)word;
		return true;
	case KEY_FORMAT:
		if (!take_word(key, text, formats, &word))
			return false;
		o->format = (enum trace_format)word;
		return true;
	case KEY_TIMEOUT:
		return take_time(key, text, &o->timeout_ns);
	case KEY_DEADLINE:
		return take_time(key, text, &o->deadline_ns);
	case KEY_NO_RESOLVE:
		o->has_no_names = true;
		return true;
	case KEY_MMDB:
		return take_database(o, text);
	case 'o':
		return take_output(o, text);
	case KEY_PLAIN:
		o->is_plain = true;
		return true;
	case KEY_SOURCE:
		o->source = text;
		return true;
	default:
		trace_error("see uturn-trace --help");
		return false;
	}
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
	for (size_t i = 0; i < ROWS; i++)
		options[i] = rows[i].option;
	while ((key = getopt_long(argc, argv, "46o:hv", options, NULL)) != -1) {
		*status = STATUS_REACHED;
		if (key == 'v')
			puts("uturn-trace " UTURN_VERSION);
		else if (key == 'h')
			print_help();
		else if (take_option(key, optarg, o))
			continue;
		else
			*status = STATUS_USAGE;
		return false;
	}
	*first = optind;
	return true;
}
