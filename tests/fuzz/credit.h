/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many probes of one prober may be taken, for the model: a second's worth at
 * once, and another each second. Once limits have changed nothing is certain.
 */
#ifndef UTURN_FUZZ_CREDIT_H
#define UTURN_FUZZ_CREDIT_H

#include <stdint.h>

#include "view.h"

/* Stands alone, in static memory; begin starts it anew. */
void credit_begin(void);
void credit_change(void);
/* A probe was taken; ends the run where it was one too many. */
void credit_check(const struct view *probe, uint32_t limit, uint64_t now_ns);

#endif
