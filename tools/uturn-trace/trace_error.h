/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the program says what is wrong. */
#ifndef UTURN_TRACE_TRACE_ERROR_H
#define UTURN_TRACE_TRACE_ERROR_H

/* "uturn-trace: ..." on standard error, one line. */
void trace_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
