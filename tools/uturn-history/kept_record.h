/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace of uturn-trace as what is kept of it. */
#ifndef UTURN_HISTORY_KEPT_RECORD_H
#define UTURN_HISTORY_KEPT_RECORD_H

#include <stdbool.h>

#include "kept.h"
#include "record/trace_record.h"

/*
 * One direction: there, from the host that traced to its target, whose address
 * is kept in full, since it is the operator who has chosen it; back, from the target to the
 * host that traced. *k is as kept_init() left it. False: no router answered in
 * that direction, or no memory.
 */
bool kept_of_record(struct kept *k, const struct trace_record *r, enum record_direction direction, const char *host,
	bool is_full);

#endif
