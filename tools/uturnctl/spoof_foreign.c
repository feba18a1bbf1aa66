/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_foreign.h"
#include "common/sockaddr.h"

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>

#include "packet/special.h"
#include "spoof_socket.h"

/*
 * The bit to change. Far enough to the left that the address is not of the
 * same provider, as uturnd relays answers of any provider's routers. IPv4:
 * outside a /15. IPv6: outside a /29, which registries reserve for one provider.
 */
enum { BIT4 = 14, BIT6 = 28 };

static uint8_t mask_length(const struct addr *mask)
{
	uint8_t length = 0;

	while (length < addr_size(mask) * 8 && mask->bytes[length / 8] & 0x80 >> length % 8)
		length++;
	return length;
}

int spoof_foreign_networks(struct spoof_networks *n)
{
	struct ifaddrs *all;

	n->count = 0;
	if (getifaddrs(&all))
		return -errno;
	for (const struct ifaddrs *i = all; i && n->count < SPOOF_FOREIGN_PREFIXES; i = i->ifa_next) {
		struct prefix *p = &n->prefixes[n->count];
		struct addr mask;

		if (!i->ifa_addr || !i->ifa_netmask || !sockaddr_read(i->ifa_addr, &p->addr, NULL) ||
			!sockaddr_read(i->ifa_netmask, &mask, NULL))
			continue;
		p->length = mask_length(&mask);
		n->count++;
	}
	freeifaddrs(all);
	return 0;
}

bool spoof_foreign_is_ours(const struct spoof_networks *n, const struct addr *a)
{
	for (size_t i = 0; i < n->count; i++)
		if (addr_equal(&n->prefixes[i].addr, a))
			return true;
	return false;
}

static bool is_near(const struct spoof_networks *n, const struct addr *a)
{
	for (size_t i = 0; i < n->count; i++)
		if (prefix_contains(&n->prefixes[i], a))
			return true;
	return false;
}

/* A filtered address is no measure for one who has an ordinary address. */
bool spoof_foreign_choose(const struct spoof_networks *n, const struct addr *own, struct addr *foreign)
{
	for (int bit = own->family == 4 ? BIT4 : BIT6; bit >= 0; bit--) {
		struct addr a = *own;

		a.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		if (!addr_is_unicast_host(&a) || is_near(n, &a) || (addr_is_filtered(&a) && !addr_is_filtered(own)))
			continue;
		*foreign = a;
		return true;
	}
	return false;
}
