/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the plan that drops what exceeds --limit and --limit-total. Pure. */
#ifndef UTURN_RULES_PLAN_LIMITS_H
#define UTURN_RULES_PLAN_LIMITS_H

#include <stdio.h>

struct family;
struct plan;

/* Writes the rules of this chain; they stand in front of those that accept a probe. */
void plan_write_limits(const struct plan *p, const struct family *f, const char *chain, FILE *out);

#endif
