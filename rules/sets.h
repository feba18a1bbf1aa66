/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ipsets of `--state ipset`: made before the rules that name them, and
 * taken away after the last rule that does.
 */
#ifndef UTURN_RULES_SETS_H
#define UTURN_RULES_SETS_H

#include "plan.h"

/* Makes what the plan needs and keeps what is there, with its entries. Returns 0, or a negative errno with why. */
int sets_make(const struct plan *p, int family, char *why, size_t why_size);

/* Destroys the family's sets but those the plan needs; plan NULL: all of them. Returns 0, or a negative errno with why. */
int sets_sweep(const struct plan *p, int family, char *why, size_t why_size);

#endif
