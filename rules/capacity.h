/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many probers the rules can keep apart. */
#ifndef UTURN_RULES_CAPACITY_H
#define UTURN_RULES_CAPACITY_H

#include "plan.h"

/* Says it, as far as the kernel tells; warns where it is little. */
void capacity_tell(const struct plan *p);

#endif
