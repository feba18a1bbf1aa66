/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ipsets of `--state ipset`: created before the rules that use them, and
 * destroyed after the last of these rules. Both run ipset(8).
 */
#ifndef UTURN_RULES_SETS_H
#define UTURN_RULES_SETS_H

#include "plan.h"

/* Creates the sets of the plan; those that exist keep their entries. Returns 0, or a negative errno with why. */
int sets_make(const struct plan *p, int family, char *why, size_t why_size);

/* Destroys the sets of the family that the plan (NULL: none) does not use. Returns 0, or a negative errno with why. */
int sets_sweep(const struct plan *p, int family, char *why, size_t why_size);

#endif
