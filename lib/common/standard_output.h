/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standard output whose failure is noticed: a full disk, or a reader that went
 * away, makes the program fail instead of losing output silently.
 *
 * The first error is remembered, for standard_output_close() to report.
 */
#ifndef UTURN_COMMON_STANDARD_OUTPUT_H
#define UTURN_COMMON_STANDARD_OUTPUT_H

#include <stdbool.h>

/* Writes out what was printed so far; false where that or anything printed before has failed. */
bool standard_output_flush(void);

/* Before the program exits; false after "PROGRAM: standard output: ERROR" on standard error. */
bool standard_output_close(const char *program);

#endif
