/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a comparison tells. */
#ifndef UTURN_TRACE_DIFF_CHANGE_H
#define UTURN_TRACE_DIFF_CHANGE_H

#include <stdbool.h>

#include "trace_record.h"

/* What changed at one hop, or of the whole path, hop 0. Words are lent. */
struct diff_change {
	enum record_direction direction;
	unsigned hop;
	bool is_from; /* from this hop on */
	const char *kind, *what, *evidence; /* evidence "": none */
};
typedef void diff_told(void *owner, const struct diff_change *c);

#endif
