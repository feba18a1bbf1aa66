/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

void doctor_expect(size_t row, const struct doctor_finding *f, enum doctor_result result, const char *words)
{
	if (f->result != result || (!strstr(f->found, words) && !strstr(f->remedy, words)))
		fail_msg("row %zu: expected %d '%s' got %d '%s' ('%s')", row, result, words, f->result, f->found,
			f->remedy);
}
