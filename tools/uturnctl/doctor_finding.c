/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_finding.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void set(struct doctor_finding *f, enum doctor_result result,
	const char *format, va_list args)
{
	f->result = result;
	f->remedy[0] = '\0';
	vsnprintf(f->found, sizeof(f->found), format, args);
}

void doctor_ok(struct doctor_finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(f, DOCTOR_OK, format, args);
	va_end(args);
}

void doctor_note(struct doctor_finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(f, DOCTOR_NOTE, format, args);
	va_end(args);
}

void doctor_fail(struct doctor_finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(f, DOCTOR_FAIL, format, args);
	va_end(args);
}

void doctor_remedy(struct doctor_finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->remedy, sizeof(f->remedy), format, args);
	va_end(args);
}

void doctor_unseen(struct doctor_finding *f, const char *what, int err)
{
	doctor_note(f, "not seen: %s: %s", what, strerror(err));
	if (err == EACCES || err == EPERM)
		doctor_remedy(f, "run uturnctl doctor as root");
}
