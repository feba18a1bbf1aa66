/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/standard_output.h"

void errors_print(const char *format, ...)
{
	va_list args;

	standard_output_flush();
	fputs("uturnctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
