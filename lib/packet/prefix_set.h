/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many prefixes, to be searched fast: the address space of each family, cut
 * where a prefix begins or ends. Each span says how long the longest prefix is
 * that contains it; a search is binary, 18 steps for 100,000 prefixes.
 *
 * A set does not own its spans. Whatever they hold, even while another process
 * writes them, a search ends, and reads none but those counted.
 */
#ifndef UTURN_PACKET_PREFIX_SET_H
#define UTURN_PACKET_PREFIX_SET_H

#include <stdint.h>

#include "packet/addr.h"

/* From `first` to the next span's: the longest prefix has `length` bits; 0: there is none. */
struct prefix_span4 {
	uint8_t first[4], length;
};

struct prefix_span6 {
	uint8_t first[16], length;
};

struct prefix_set {
	const struct prefix_span4 *spans4; /* ascending; borrowed */
	const struct prefix_span6 *spans6;
	uint32_t count4, count6;
};

/* The length of the longest prefix that contains the address; 0: none does. A prefix has at least one bit. */
uint8_t prefix_set_find(const struct prefix_set *s, const struct addr *a);

#endif
