/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "special.h"

#include <stddef.h>

/* clang-format off */
static const struct special registry[] = {
	/* iana-ipv4-special-registry */
	{ { { 4, { 0 } }, 8 }, "This network", 791 },
	{ { { 4, { 0 } }, 32 }, "This host on this network", 1122 },
	{ { { 4, { 10 } }, 8 }, "Private-Use", 1918 },
	{ { { 4, { 100, 64 } }, 10 }, "Shared Address Space", 6598 },
	{ { { 4, { 127 } }, 8 }, "Loopback", 1122 },
	{ { { 4, { 169, 254 } }, 16 }, "Link Local", 3927 },
	{ { { 4, { 172, 16 } }, 12 }, "Private-Use", 1918 },
	{ { { 4, { 192, 0, 0 } }, 24 }, "IETF Protocol Assignments", 6890 },
	{ { { 4, { 192, 0, 0 } }, 29 }, "IPv4 Service Continuity Prefix", 7335 },
	{ { { 4, { 192, 0, 0, 8 } }, 32 }, "IPv4 dummy address", 7600 },
	{ { { 4, { 192, 0, 0, 9 } }, 32 }, "Port Control Protocol Anycast", 7723 },
	{ { { 4, { 192, 0, 0, 10 } }, 32 }, "Traversal Using Relays around NAT Anycast", 8155 },
	{ { { 4, { 192, 0, 0, 170 } }, 31 }, "NAT64/DNS64 Discovery", 8880 },
	{ { { 4, { 192, 0, 2 } }, 24 }, "Documentation (TEST-NET-1)", 5737 },
	{ { { 4, { 192, 31, 196 } }, 24 }, "AS112-v4", 7535 },
	{ { { 4, { 192, 52, 193 } }, 24 }, "AMT", 7450 },
	{ { { 4, { 192, 88, 99 } }, 24 }, "Deprecated (6to4 Relay Anycast)", 7526 },
	{ { { 4, { 192, 168 } }, 16 }, "Private-Use", 1918 },
	{ { { 4, { 192, 175, 48 } }, 24 }, "Direct Delegation AS112 Service", 7534 },
	{ { { 4, { 198, 18 } }, 15 }, "Benchmarking", 2544 },
	{ { { 4, { 198, 51, 100 } }, 24 }, "Documentation (TEST-NET-2)", 5737 },
	{ { { 4, { 203, 0, 113 } }, 24 }, "Documentation (TEST-NET-3)", 5737 },
	{ { { 4, { 240 } }, 4 }, "Reserved", 1112 },
	{ { { 4, { 255, 255, 255, 255 } }, 32 }, "Limited Broadcast", 919 },
	/* iana-ipv6-special-registry */
	{ { { 6, { [15] = 1 } }, 128 }, "Loopback Address", 4291 },
	{ { { 6, { 0 } }, 128 }, "Unspecified Address", 4291 },
	{ { { 6, { [10] = 0xff, [11] = 0xff } }, 96 }, "IPv4-mapped Address", 4291 },
	{ { { 6, { 0, 0x64, 0xff, 0x9b } }, 96 }, "IPv4-IPv6 Translat.", 6052 },
	{ { { 6, { 0, 0x64, 0xff, 0x9b, 0, 1 } }, 48 }, "IPv4-IPv6 Translat.", 8215 },
	{ { { 6, { 1 } }, 64 }, "Discard-Only Address Block", 6666 },
	{ { { 6, { 1, 0, 0, 0, 0, 0, 0, 1 } }, 64 }, "Dummy IPv6 Prefix", 9780 },
	{ { { 6, { 0x20, 1 } }, 23 }, "IETF Protocol Assignments", 2928 },
	{ { { 6, { 0x20, 1 } }, 32 }, "TEREDO", 4380 },
	{ { { 6, { 0x20, 1, 0, 1, [15] = 1 } }, 128 }, "Port Control Protocol Anycast", 7723 },
	{ { { 6, { 0x20, 1, 0, 1, [15] = 2 } }, 128 }, "Traversal Using Relays around NAT Anycast", 8155 },
	{ { { 6, { 0x20, 1, 0, 1, [15] = 3 } }, 128 }, "DNS-SD Service Registration Protocol Anycast", 9665 },
	{ { { 6, { 0x20, 1, 0, 2 } }, 48 }, "Benchmarking", 5180 },
	{ { { 6, { 0x20, 1, 0, 3 } }, 32 }, "AMT", 7450 },
	{ { { 6, { 0x20, 1, 0, 4, 1, 0x12 } }, 48 }, "AS112-v6", 7535 },
	{ { { 6, { 0x20, 1, 0, 0x10 } }, 28 }, "Deprecated (ORCHID)", 4843 },
	{ { { 6, { 0x20, 1, 0, 0x20 } }, 28 }, "ORCHIDv2", 7343 },
	{ { { 6, { 0x20, 1, 0, 0x30 } }, 28 }, "Drone Remote ID Protocol Entity Tags", 9374 },
	{ { { 6, { 0x20, 1, 0x0d, 0xb8 } }, 32 }, "Documentation", 3849 },
	{ { { 6, { 0x20, 2 } }, 16 }, "6to4", 3056 },
	{ { { 6, { 0x26, 0x20, 0, 0x4f, 0x80 } }, 48 }, "Direct Delegation AS112 Service", 7534 },
	{ { { 6, { 0x3f, 0xff } }, 20 }, "Documentation", 9637 },
	{ { { 6, { 0x5f } }, 16 }, "Segment Routing (SRv6) SIDs", 9602 },
	{ { { 6, { 0xfc } }, 7 }, "Unique-Local", 4193 },
	{ { { 6, { 0xfe, 0x80 } }, 10 }, "Link-Local Unicast", 4291 },
};
/* clang-format on */

const struct special *special_find(const struct addr *a)
{
	const struct special *found = NULL;

	for (size_t i = 0; i < sizeof(registry) / sizeof(registry[0]); i++) {
		const struct prefix *p = &registry[i].prefix;

		if (prefix_contains(p, a) && (!found || p->length > found->prefix.length))
			found = &registry[i];
	}
	return found;
}
