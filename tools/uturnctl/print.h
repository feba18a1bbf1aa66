/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answers of uturnd as text on standard output. Fields that are missing or of another type are tolerated. */
#ifndef UTURNCTL_PRINT_H
#define UTURNCTL_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* As uturnd writes its lines. */
#define PRINT_JSON (JSON_COMPACT | JSON_REAL_PRECISION(15))

enum { PRINT_TIME_SIZE = 64 };

/* The two largest units, "3 days 4 hours"; returns text. */
const char *print_time(json_int_t seconds, char text[PRINT_TIME_SIZE]);

void print_status(const json_t *status); /* with what status_add() adds */
void print_counters(const json_t *counters, bool is_all); /* all: also those that are 0 */
void print_event(const json_t *event); /* one line of watch */
void print_traces(const json_t *traces); /* an array: a line each, with a heading */
void print_kept_trace(const json_t *trace); /* with its hops, as traceroute prints them */

#endif
