/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines for the operator, on stderr: lower case, subject first, the remedy if
 * there is one. Under journald each line carries its priority (sd-daemon(3));
 * on a terminal it starts with the program's name.
 *
 * log_limited() lets one line a minute through for each caller's state, so a
 * fault that repeats is seen and not drowned in; zero-initialise the state.
 */
#ifndef UTURN_COMMON_LOG_H
#define UTURN_COMMON_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_limit {
	uint64_t last_ns; /* CLOCK_MONOTONIC; 0: never */
	unsigned held_back; /* lines since then */
};

void log_open(const char *program, enum log_level most_detailed);
/* Every line from now on begins with these words, their separator included; copied. */
void log_as(const char *speaker);
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_limited(struct log_limit *limit, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
