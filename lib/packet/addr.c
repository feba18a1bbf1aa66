/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/addr.h"

#include "packet/bytes.h"

/* length: 1..64 */
static struct prefix prefix_of(const struct addr *a, uint8_t length)
{
	struct prefix p = { { .family = a->family }, length };

	store_u64(p.addr.bytes, load_u64(a->bytes) & UINT64_MAX << (64 - length));
	return p;
}

struct prefix prefix_of_prober(const struct addr *a)
{
	return prefix_of(a, a->family == 6 ? 64 : 32);
}

struct prefix prefix_of_network(const struct addr *a)
{
	return prefix_of(a, a->family == 6 ? 48 : 24);
}
