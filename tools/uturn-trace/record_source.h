/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a record is made of; everything is borrowed. */
#ifndef UTURN_TRACE_RECORD_SOURCE_H
#define UTURN_TRACE_RECORD_SOURCE_H

#include <stdint.h>

#include "aim.h"
#include "search/search.h"
#include "sent.h"

struct record_source {
	const struct aim *aim;
	const struct sent *sent;
	const struct search *searches[DIRECTIONS]; /* NULL: there was none */
	uint64_t began_ns, ended_ns; /* the clock of the searches */
};

#endif
