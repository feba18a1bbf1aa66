/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_foreign.h"

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>

#include "common/text.h"
#include "spoof_socket.h"

/*
 * The bit to change. Far enough to the left that the address is not of the
 * same provider, as uturnd relays answers of any provider's routers. IPv4:
 * outside a /15. IPv6: outside a /29, which registries reserve for one provider.
 */
enum { BIT4 = 14, BIT6 = 28 };

/* Filtered wherever they come from (RFC 6890): no measure for one who has an ordinary address. */
static const char *const special[] = { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7" };

static bool is_special(const struct addr *a)
{
	struct prefix p;

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (prefix_parse(special[i], &p) && prefix_contains(&p, a))
			return true;
	return false;
}

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

		if (!i->ifa_addr || !i->ifa_netmask || !spoof_socket_addr(i->ifa_addr, &p->addr) ||
			!spoof_socket_addr(i->ifa_netmask, &mask))
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

bool spoof_foreign_choose(const struct spoof_networks *n, const struct addr *own, struct addr *foreign)
{
	for (int bit = own->family == 4 ? BIT4 : BIT6; bit >= 0; bit--) {
		struct addr a = *own;

		a.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		if (!addr_is_unicast_host(&a) || is_near(n, &a) || (is_special(&a) && !is_special(own)))
			continue;
		*foreign = a;
		return true;
	}
	return false;
}
