/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a repeated query may be refused for its router's sake, for the model.
 *
 * Which router the engine expects depends on its hashes; what has to be so
 * before it may refuse anything does not, and is all that is checked.
 */
#ifndef UTURN_FUZZ_PACED_H
#define UTURN_FUZZ_PACED_H

#include <stdint.h>

#include "view.h"

/* Stands alone, in static memory; begin starts it anew. */
void paced_begin(void);
/* A probe was taken; with a TTL above 1, turned. */
void paced_taken(const struct view *probe, uint64_t now_ns);
/* Something was said about a flight or its check by somebody on the way; or nothing, and it has expired. */
void paced_answered(uint64_t now_ns);
void paced_expired(uint64_t now_ns);
/* Ends the run where this probe should not have been refused. */
void paced_check(const struct view *probe, uint64_t now_ns);

#endif
