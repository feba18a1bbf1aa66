/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/addr.h"

#include <string.h>

struct addr addr_from(uint8_t family, const uint8_t *at)
{
	struct addr a = { .family = family };

	memcpy(a.bytes, at, addr_size(&a));
	return a;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

size_t addr_size(const struct addr *a)
{
	return a->family == 6 ? 16 : 4;
}

bool prefix_contains(const struct prefix *p, const struct addr *a)
{
	size_t whole = p->length / 8;
	unsigned mask = 0xff00u >> (p->length % 8) & 0xff;

	if (p->addr.family != a->family || memcmp(p->addr.bytes, a->bytes, whole) != 0)
		return false;
	/* a full-length prefix has no partial byte, and bytes[16] does not exist */
	return mask == 0 || (a->bytes[whole] & mask) == (p->addr.bytes[whole] & mask);
}

/* Sources and destinations that are nobody's alone. */
static const struct prefix no_hosts[] = {
	{ { 4, { 0 } }, 8 }, /* "this" network, RFC 1122 3.2.1.3 */
	{ { 4, { 127 } }, 8 }, /* loopback */
	{ { 4, { 169, 254 } }, 16 }, /* link-local, RFC 3927: a router must not forward it */
	{ { 4, { 224 } }, 4 }, /* multicast */
	{ { 4, { 240 } }, 4 }, /* reserved, and limited broadcast */
	{ { 6, { 0 } }, 96 }, /* unspecified, loopback, IPv4-compatible: RFC 4291 2.5 */
	{ { 6, { [10] = 0xff, [11] = 0xff } }, 96 }, /* IPv4-mapped */
	{ { 6, { 0xfe, 0x80 } }, 10 }, /* link-local */
	{ { 6, { 0xff } }, 8 }, /* multicast */
};

bool addr_is_unicast_host(const struct addr *a)
{
	if (a->family != 4 && a->family != 6)
		return false;
	for (size_t i = 0; i < sizeof(no_hosts) / sizeof(no_hosts[0]); i++)
		if (prefix_contains(&no_hosts[i], a))
			return false;
	return true;
}

static struct prefix prefix_of(const struct addr *a, uint8_t length)
{
	struct prefix p = { *a, length };

	memset(p.addr.bytes + length / 8, 0, sizeof(p.addr.bytes) - length / 8);
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
