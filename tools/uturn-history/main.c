/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uturn-history(8): keeps traces of uturnd and uturn-trace, and tells how paths looked and when they changed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "common/clock.h"
#include "common/keywords.h"
#include "common/standard_files.h"
#include "common/standard_output.h"

static const struct history_command commands[] = {
	{ { "list", "[PREFIX|AS]: what is kept; of a prefix or AS, the last paths to it", 0, 1 }, history_list },
	{ { "show", "ID: one trace hop by hop", 1, 1 }, history_show },
	{ { "changes", "[PREFIX|AS]: when paths have changed, and to what", 0, 1 }, history_changes },
	{ { "stats", "how much is kept, and which uplinks the paths take", 0, 0 }, history_stats },
	{ { "export", "all traces as JSON lines, for import", 0, 1 }, history_export },
	{ { "record", "keep what the sources of the configuration tell", 0, 0 }, history_record },
	{ { "serve", "[ADDRESS:PORT|PATH]: a page of what is kept, for this host alone", 0, 1 }, history_serve },
	{ { "import", "FILE|-...: keep traces of uturnctl, uturn-trace or export", 1, COMMANDS_ANY }, history_import },
};

static const struct commands_option rows[] = {
	{ { "file", required_argument, NULL, 'f' }, "FILE", "read this configuration" },
	{ { "database", required_argument, NULL, 'D' }, "NAME", "use this SQLite file, or postgresql://..." },
	{ { "json", no_argument, NULL, 'j' }, "", "print JSON, one object a line" },
	{ { "since", required_argument, NULL, 's' }, "T", "from then on: 7d, 12h, or 2026-11-28[THH:MM]" },
	{ { "last", required_argument, NULL, 'n' }, "N", "changes: so many at most (100)" },
	{ { "host", required_argument, NULL, 'H' }, "NAME", "import: who has seen the traces" },
	{ { "debug", no_argument, NULL, 'd' }, "", "record: log more" },
	{ { "version", no_argument, NULL, 'v' }, "", "print the version and exit" },
	{ { "help", no_argument, NULL, 'h' }, "", "print this and exit" },
};

void history_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	standard_output_flush();
	fputs("uturn-history: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

struct store *history_open(const struct history_options *o, bool is_reading)
{
	char why[1024];
	struct store *s;

	if (store_open(&s, o->database, is_reading, why, sizeof(why)) == 0)
		return s;
	history_error("%s", why);
	return NULL;
}

bool history_query(const struct history_options *o, struct store_query *q)
{
	memset(q, 0, sizeof(*q));
	if (!o->argument_count || store_query_parse(o->arguments[0], q))
		return true;
	history_error("'%s' is neither a prefix, such as 192.0.2.0/24, nor an AS, such as AS64500", o->arguments[0]);
	return false;
}

/* How long ago, or a day or minute of local time. */
static bool since_parse(const char *text, int64_t now_ms, int64_t *since_ms)
{
	static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S" };
	int64_t span_ms;

	if (history_span_parse(text, &span_ms)) {
		*since_ms = now_ms - span_ms;
		return true;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *rest = strptime(text, forms[i], &tm);

		if (!rest || *rest)
			continue;
		*since_ms = (int64_t)mktime(&tm) * 1000;
		return true;
	}
	history_error("since: '%s' is neither a time such as 7d or 12h nor a day such as 2026-11-28", text);
	return false;
}

static bool last_parse(const char *text, int64_t *last)
{
	unsigned long n;

	if (!number_parse(text, "", &n) || !n || n > 1000000000) {
		history_error("last: '%s' is not a number between 1 and 1000000000", text);
		return false;
	}
	*last = (int64_t)n;
	return true;
}

static bool host_take(const char *name, struct history_options *o)
{
	o->host = name;
	o->has_host = true;
	for (const char *c = name; *c; c++)
		o->has_host = o->has_host && *c > 0x20 && *c < 0x7f;
	if (o->has_host && *name && strlen(name) < KEPT_HOST_SIZE)
		return true;
	history_error("host: '%s' is not a name of at most %d printable characters", name, KEPT_HOST_SIZE - 1);
	return false;
}

/* False after an error message. */
static bool option_take(void *owner, int letter, const char *value)
{
	struct history_options *o = owner;

	switch (letter) {
	case 'd':
		o->is_debug = true;
		return true;
	case 'j':
		o->is_json = true;
		return true;
	case 's':
		return since_parse(value, o->now_ms, &o->since_ms);
	case 'n':
		return last_parse(value, &o->last);
	case 'H':
		return host_take(value, o);
	case 'D':
		o->database = value;
		return true;
	default:
		o->file = value;
		return true;
	}
}

static const struct commands line = {
	.program = "uturn-history",
	.usage = "[-djhv] [-f FILE] [-D NAME] [-H NAME] [-n N] [-s T] COMMAND [ARGUMENTS]",
	.manuals = "Manuals: uturn-history(8), uturn-history.conf(5).",
	.rows = commands,
	.row_size = sizeof(commands[0]),
	.row_count = sizeof(commands) / sizeof(commands[0]),
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.error = history_error,
	.take = option_take,
};

static int run(int argc, char **argv)
{
	static struct history_config config;
	struct history_options o = { .config = &config, .since_ms = INT64_MIN };
	const struct history_command *command;
	char why[1024];
	int status;

	o.now_ms = (int64_t)(clock_ns(CLOCK_REALTIME) / 1000000);
	command = commands_read(&line, argc, argv, &o, &status);
	if (!command || !commands_arguments(&line, &command->row, argc, argv, &o, &status))
		return status;
	o.arguments = argv + optind;
	o.argument_count = argc - optind;
	if (history_config_load(o.file, &config, why, sizeof(why)) != 0) {
		history_error("%s", why);
		return HISTORY_ERROR;
	}
	o.database = o.database ? o.database : config.database;
	o.host = o.has_host ? o.host : config.host;
	return command->run(&o);
}

int main(int argc, char **argv)
{
	int status;

	standard_files_open();
	status = run(argc, argv);
	if (standard_output_close("uturn-history"))
		return status;
	return status ? status : HISTORY_ERROR;
}
