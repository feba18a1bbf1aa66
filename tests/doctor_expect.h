/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a row of the tests of `uturnctl doctor` expects: the result, and words of what was found or of the remedy. */
#ifndef UTURN_TESTS_DOCTOR_EXPECT_H
#define UTURN_TESTS_DOCTOR_EXPECT_H

#include <stddef.h>

#include "tools/uturnctl/doctor_finding.h"

void doctor_expect(size_t row, const struct doctor_finding *f, enum doctor_result result, const char *words);

#endif
