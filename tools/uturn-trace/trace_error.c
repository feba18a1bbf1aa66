/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_error.h"

#include <stdarg.h>
#include <stdio.h>

void trace_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("uturn-trace: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}
