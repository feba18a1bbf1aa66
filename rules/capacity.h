/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many probers the rules can remember at once. */
#ifndef UTURN_RULES_CAPACITY_H
#define UTURN_RULES_CAPACITY_H

#include "plan.h"

/* Prints the number where it is known; warns on standard error where it is small. */
void capacity_tell(const struct plan *p);

#endif
