/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/special.h"

#include <stddef.h>

/*
 * Sorted by use, so that the questions asked of every packet read only the
 * rows that answer them; within a use as the registry is. A prefix of another
 * one's use is SPECIAL_USED where the wider one decides. Rows without a name
 * are not in the registry: multicast has its own (RFC 5771, RFC 4291 2.7), and
 * IPv4-compatible addresses are deprecated (RFC 4291 2.5.5.1).
 */
/* clang-format off */
static const struct special registry4[] = {
	/* iana-ipv4-special-registry */
	{ { { 4, { 0 } }, 8 }, "This network", 791, SPECIAL_NO_HOST, true }, /* 0.0.0.0/8 */
	{ { { 4, { 127 } }, 8 }, "Loopback", 1122, SPECIAL_NO_HOST, false }, /* 127.0.0.0/8 */
	{ { { 4, { 224 } }, 4 }, NULL, 5771, SPECIAL_NO_HOST, false }, /* 224.0.0.0/4, multicast */
	{ { { 4, { 255, 255, 255, 255 } }, 32 }, "Limited Broadcast", 919, SPECIAL_NO_HOST, false }, /* 255.255.255.255/32 */
	{ { { 4, { 240 } }, 4 }, "Reserved", 1112, SPECIAL_ROUTER, false }, /* 240.0.0.0/4 */
	{ { { 4, { 169, 254 } }, 16 }, "Link Local", 3927, SPECIAL_LINK, false }, /* 169.254.0.0/16 */
	{ { { 4, { 192, 0, 0 } }, 24 }, "IETF Protocol Assignments", 6890, SPECIAL_BOGON, true }, /* 192.0.0.0/24 */
	{ { { 4, { 192, 0, 2 } }, 24 }, "Documentation (TEST-NET-1)", 5737, SPECIAL_BOGON, true }, /* 192.0.2.0/24 */
	{ { { 4, { 198, 18 } }, 15 }, "Benchmarking", 2544, SPECIAL_BOGON, true }, /* 198.18.0.0/15 */
	{ { { 4, { 198, 51, 100 } }, 24 }, "Documentation (TEST-NET-2)", 5737, SPECIAL_BOGON, true }, /* 198.51.100.0/24 */
	{ { { 4, { 203, 0, 113 } }, 24 }, "Documentation (TEST-NET-3)", 5737, SPECIAL_BOGON, true }, /* 203.0.113.0/24 */
	{ { { 4, { 0 } }, 32 }, "This host on this network", 1122, SPECIAL_USED, false }, /* 0.0.0.0/32 */
	{ { { 4, { 10 } }, 8 }, "Private-Use", 1918, SPECIAL_USED, true }, /* 10.0.0.0/8 */
	{ { { 4, { 100, 64 } }, 10 }, "Shared Address Space", 6598, SPECIAL_USED, true }, /* 100.64.0.0/10 */
	{ { { 4, { 172, 16 } }, 12 }, "Private-Use", 1918, SPECIAL_USED, true }, /* 172.16.0.0/12 */
	{ { { 4, { 192, 0, 0 } }, 29 }, "IPv4 Service Continuity Prefix", 7335, SPECIAL_USED, false }, /* 192.0.0.0/29 */
	{ { { 4, { 192, 0, 0, 8 } }, 32 }, "IPv4 dummy address", 7600, SPECIAL_USED, false }, /* 192.0.0.8/32 */
	{ { { 4, { 192, 0, 0, 9 } }, 32 }, "Port Control Protocol Anycast", 7723, SPECIAL_USED, false }, /* 192.0.0.9/32 */
	{ { { 4, { 192, 0, 0, 10 } }, 32 }, "Traversal Using Relays around NAT Anycast", 8155, SPECIAL_USED, false }, /* 192.0.0.10/32 */
	{ { { 4, { 192, 0, 0, 170 } }, 31 }, "NAT64/DNS64 Discovery", 8880, SPECIAL_USED, false }, /* 192.0.0.170/31 */
	{ { { 4, { 192, 31, 196 } }, 24 }, "AS112-v4", 7535, SPECIAL_USED, false }, /* 192.31.196.0/24 */
	{ { { 4, { 192, 52, 193 } }, 24 }, "AMT", 7450, SPECIAL_USED, false }, /* 192.52.193.0/24 */
	{ { { 4, { 192, 88, 99 } }, 24 }, "Deprecated (6to4 Relay Anycast)", 7526, SPECIAL_USED, true }, /* 192.88.99.0/24 */
	{ { { 4, { 192, 168 } }, 16 }, "Private-Use", 1918, SPECIAL_USED, true }, /* 192.168.0.0/16 */
	{ { { 4, { 192, 175, 48 } }, 24 }, "Direct Delegation AS112 Service", 7534, SPECIAL_USED, false }, /* 192.175.48.0/24 */
};

static const struct special registry6[] = {
	/* iana-ipv6-special-registry */
	{ { { 6, { 0 } }, 96 }, NULL, 4291, SPECIAL_NO_HOST, false }, /* ::/96, IPv4-compatible */
	{ { { 6, { 0xff } }, 8 }, NULL, 4291, SPECIAL_NO_HOST, false }, /* ff00::/8, multicast */
	{ { { 6, { [10] = 0xff, [11] = 0xff } }, 96 }, "IPv4-mapped Address", 4291, SPECIAL_LINK, false }, /* ::ffff:0:0/96 */
	{ { { 6, { 0xfe, 0x80 } }, 10 }, "Link-Local Unicast", 4291, SPECIAL_LINK, false }, /* fe80::/10 */
	{ { { 6, { 1 } }, 64 }, "Discard-Only Address Block", 6666, SPECIAL_BOGON, false }, /* 100::/64 */
	{ { { 6, { 0x20, 1, 0, 2 } }, 48 }, "Benchmarking", 5180, SPECIAL_BOGON, false }, /* 2001:2::/48 */
	{ { { 6, { 0x20, 1, 0x0d, 0xb8 } }, 32 }, "Documentation", 3849, SPECIAL_BOGON, true }, /* 2001:db8::/32 */
	{ { { 6, { 0x3f, 0xff } }, 20 }, "Documentation", 9637, SPECIAL_BOGON, false }, /* 3fff::/20 */
	{ { { 6, { 0x5f } }, 16 }, "Segment Routing (SRv6) SIDs", 9602, SPECIAL_BOGON, false }, /* 5f00::/16 */
	{ { { 6, { [15] = 1 } }, 128 }, "Loopback Address", 4291, SPECIAL_USED, false }, /* ::1/128 */
	{ { { 6, { 0 } }, 128 }, "Unspecified Address", 4291, SPECIAL_USED, false }, /* ::/128 */
	{ { { 6, { 0, 0x64, 0xff, 0x9b } }, 96 }, "IPv4-IPv6 Translat.", 6052, SPECIAL_USED, false }, /* 64:ff9b::/96 */
	{ { { 6, { 0, 0x64, 0xff, 0x9b, 0, 1 } }, 48 }, "IPv4-IPv6 Translat.", 8215, SPECIAL_USED, false }, /* 64:ff9b:1::/48 */
	{ { { 6, { 1, 0, 0, 0, 0, 0, 0, 1 } }, 64 }, "Dummy IPv6 Prefix", 9780, SPECIAL_USED, false }, /* 100:0:0:1::/64 */
	{ { { 6, { 0x20, 1 } }, 23 }, "IETF Protocol Assignments", 2928, SPECIAL_USED, true }, /* 2001::/23 */
	{ { { 6, { 0x20, 1 } }, 32 }, "TEREDO", 4380, SPECIAL_USED, false }, /* 2001::/32 */
	{ { { 6, { 0x20, 1, 0, 1, [15] = 1 } }, 128 }, "Port Control Protocol Anycast", 7723, SPECIAL_USED, false }, /* 2001:1::1/128 */
	{ { { 6, { 0x20, 1, 0, 1, [15] = 2 } }, 128 }, "Traversal Using Relays around NAT Anycast", 8155, SPECIAL_USED, false }, /* 2001:1::2/128 */
	{ { { 6, { 0x20, 1, 0, 1, [15] = 3 } }, 128 }, "DNS-SD Service Registration Protocol Anycast", 9665, SPECIAL_USED, false }, /* 2001:1::3/128 */
	{ { { 6, { 0x20, 1, 0, 3 } }, 32 }, "AMT", 7450, SPECIAL_USED, false }, /* 2001:3::/32 */
	{ { { 6, { 0x20, 1, 0, 4, 1, 0x12 } }, 48 }, "AS112-v6", 7535, SPECIAL_USED, false }, /* 2001:4:112::/48 */
	{ { { 6, { 0x20, 1, 0, 0x10 } }, 28 }, "Deprecated (ORCHID)", 4843, SPECIAL_USED, false }, /* 2001:10::/28 */
	{ { { 6, { 0x20, 1, 0, 0x20 } }, 28 }, "ORCHIDv2", 7343, SPECIAL_USED, false }, /* 2001:20::/28 */
	{ { { 6, { 0x20, 1, 0, 0x30 } }, 28 }, "Drone Remote ID Protocol Entity Tags", 9374, SPECIAL_USED, false }, /* 2001:30::/28 */
	{ { { 6, { 0x20, 2 } }, 16 }, "6to4", 3056, SPECIAL_USED, true }, /* 2002::/16 */
	{ { { 6, { 0x26, 0x20, 0, 0x4f, 0x80 } }, 48 }, "Direct Delegation AS112 Service", 7534, SPECIAL_USED, false }, /* 2620:4f:8000::/48 */
	{ { { 6, { 0xfc } }, 7 }, "Unique-Local", 4193, SPECIAL_USED, true }, /* fc00::/7 */
};
/* clang-format on */

struct rows {
	const struct special *at;
	size_t count;
};

static inline struct rows rows_of(uint8_t family)
{
	if (family == 4)
		return (struct rows){ registry4, sizeof(registry4) / sizeof(registry4[0]) };
	return (struct rows){ registry6, family == 6 ? sizeof(registry6) / sizeof(registry6[0]) : 0 };
}

/* All of the prefix of an address, so many bits, within one prefix of these uses. */
static inline bool is_within(const struct addr *a, size_t bits, enum special_use use, enum special_use last)
{
	const struct rows rows = rows_of(a->family);
	size_t i = 0;

	while (i < rows.count && rows.at[i].use < use)
		i++;
	for (; i < rows.count && rows.at[i].use <= last; i++)
		if (prefix_contains(&rows.at[i].prefix, a) && rows.at[i].prefix.length <= bits)
			return true;
	return false;
}

const struct special *special_find(const struct addr *a)
{
	const struct rows rows = rows_of(a->family);
	const struct special *found = NULL;

	for (size_t i = 0; i < rows.count; i++) {
		const struct special *s = &rows.at[i];

		if (s->name && prefix_contains(&s->prefix, a) && (!found || s->prefix.length > found->prefix.length))
			found = s;
	}
	return found;
}

bool addr_is_unicast_host(const struct addr *a)
{
	return (a->family == 4 || a->family == 6) && !is_within(a, addr_size(a) * 8, SPECIAL_NO_HOST, SPECIAL_LINK);
}

bool addr_is_mapped(const struct addr *a, struct addr *four)
{
	static const struct prefix mapped = { { 6, { [10] = 0xff, [11] = 0xff } }, 96 };

	*four = addr_from(4, a->bytes + 12);
	return prefix_contains(&mapped, a);
}

bool addr_is_router(const struct addr *a)
{
	struct addr four;

	if (addr_is_mapped(a, &four))
		a = &four;
	return (a->family == 4 || a->family == 6) && !is_within(a, addr_size(a) * 8, SPECIAL_NO_HOST, SPECIAL_NO_HOST);
}

bool addr_is_forwarded(const struct addr *a)
{
	return addr_is_router(a) && !is_within(a, addr_size(a) * 8, SPECIAL_LINK, SPECIAL_LINK);
}

bool addr_is_link_local6(const struct addr *a)
{
	return a->family == 6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool prefix_is_bogon(const struct prefix *p)
{
	return is_within(&p->addr, p->length, SPECIAL_BOGON, SPECIAL_BOGON);
}

bool addr_is_bogon(const struct addr *a)
{
	return is_within(a, addr_size(a) * 8, SPECIAL_BOGON, SPECIAL_BOGON);
}

bool addr_is_filtered(const struct addr *a)
{
	const struct rows rows = rows_of(a->family);

	for (size_t i = 0; i < rows.count; i++)
		if (rows.at[i].is_filtered && prefix_contains(&rows.at[i].prefix, a))
			return true;
	return false;
}
