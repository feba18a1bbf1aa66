/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of uturn-history, and what the command line gives it. Each is a row
 * of the table in main.c, and a function of its own file.
 *
 * The functions print their answer, or an error message, and return the exit
 * status: EXIT_SUCCESS, HISTORY_OTHER or HISTORY_ERROR.
 */
#ifndef UTURN_HISTORY_COMMAND_H
#define UTURN_HISTORY_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/commands.h"
#include "history_config.h"
#include "store_read.h"

/* HISTORY_OTHER: list and show, nothing is kept of it; changes, something has changed; import, a line is wrong */
enum { HISTORY_OTHER = 1, HISTORY_ERROR = 2 };

struct history_options {
	const struct history_config *config;
	const char *file; /* of the configuration; NULL: the usual one */
	const char *database; /* of the configuration, or the command line */
	char **arguments; /* of the command */
	int argument_count;
	bool is_json, is_debug, has_host;
	int64_t now_ms;
	int64_t since_ms; /* since 1970; INT64_MIN: not given */
	int64_t last; /* 0: not given */
	const char *host;
};

struct history_command {
	struct commands_row row;
	int (*run)(const struct history_options *o);
};

int history_stats(const struct history_options *o);
int history_export(const struct history_options *o);
int history_record(const struct history_options *o);
int history_import(const struct history_options *o);
int history_list(const struct history_options *o);
int history_serve(const struct history_options *o);
int history_show(const struct history_options *o);
int history_changes(const struct history_options *o);

/* "uturn-history: " and the message as one line on standard error. */
void history_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The store to read; NULL after an error message. */
struct store *history_open(const struct history_options *o, bool is_reading);
/* The argument as a question, all where there is none; false after an error message. */
bool history_query(const struct history_options *o, struct store_query *q);

#endif
