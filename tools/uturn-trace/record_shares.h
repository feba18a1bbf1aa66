/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the probes of a record say of its routers, hop by hop. */
#ifndef UTURN_TRACE_RECORD_SHARES_H
#define UTURN_TRACE_RECORD_SHARES_H

#include <stdbool.h>

#include "record/trace_record.h"

/* What one router at one hop amounts to. */
struct record_share {
	unsigned flows, of; /* that met it here, and that met anything here */
	unsigned answers;
	int64_t rtt_us; /* median; -1: none */
	int64_t best_us, worst_us; /* the same */
};

/* Of this hop; shares has a place for each router of the record, and those not seen here get no flows. False: no memory. */
bool record_shares(const struct trace_record *r, enum record_direction direction, unsigned hop,
	struct record_share *shares);

#endif
