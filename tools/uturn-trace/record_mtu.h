/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MTU of a path in words, the same for a trace and for a comparison. */
#ifndef UTURN_TRACE_RECORD_MTU_H
#define UTURN_TRACE_RECORD_MTU_H

#include "record/trace_record.h"

enum { RECORD_MTU_WORDS = 1024 };

/* "1500, 1400 behind hop 2, black hole above 1300 behind hop 3"; "" where it was not asked. */
const char *record_mtu_words(const struct trace_record *r, enum record_direction d, char words[RECORD_MTU_WORDS]);

#endif
