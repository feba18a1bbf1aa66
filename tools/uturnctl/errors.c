/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/standard_output.h"

static char *kept;
static size_t kept_size;

void errors_keep(char *words, size_t size)
{
	kept = words;
	kept_size = size;
}

void errors_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (kept) {
		vsnprintf(kept, kept_size, format, args);
		va_end(args);
		return;
	}
	standard_output_flush();
	fputs("uturnctl: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
