/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In what a probe differs from those of the searches. All zero: in nothing. Numbers are in host order. */
#ifndef UTURN_TRACE_VARIATION_H
#define UTURN_TRACE_VARIATION_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

struct variation {
	struct addr to; /* family 0: the target */
	uint16_t port; /* destination; 0: that of the run */
	uint16_t size; /* bytes of the IP packet, which may not be fragmented then; 0: as small as can be */
	uint32_t label; /* IPv6, where has_label */
	uint8_t tos; /* where has_tos */
	bool has_label, has_tos;
};

/* Few that differ are in use at the same time: a probe has the index of its own. 0 is none. */
enum { VARIATIONS = 2048 };

struct variations {
	unsigned count; /* that are used, without the first, which is all zero */
	struct variation list[VARIATIONS];
};

/* The index of an equal one, added if need be; -1: there is no room. */
int variation_find(struct variations *v, const struct variation *one);

#endif
