/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/addr.h"

#include "packet/bytes.h"

bool prefix_contains(const struct prefix *p, const struct addr *a)
{
	const uint8_t *ours = p->addr.bytes, *theirs = a->bytes;
	uint64_t head = load_u64(ours) ^ load_u64(theirs), tail = load_u64(ours + 8) ^ load_u64(theirs + 8);

	if (p->addr.family != a->family)
		return false;
	if (p->length <= 64)
		return p->length == 0 || head >> (64 - p->length) == 0;
	return head == 0 && tail >> (128 - p->length) == 0;
}

/* Sources and destinations that are nobody's alone. */
static const struct prefix no_hosts4[] = {
	{ { 4, { 0 } }, 8 }, /* "this" network, RFC 1122 3.2.1.3 */
	{ { 4, { 127 } }, 8 }, /* loopback */
	{ { 4, { 169, 254 } }, 16 }, /* link-local, RFC 3927: a router must not forward it */
	{ { 4, { 224 } }, 4 }, /* multicast */
	{ { 4, { 240 } }, 4 }, /* reserved, and limited broadcast */
};
static const struct prefix no_hosts6[] = {
	{ { 6, { 0 } }, 96 }, /* unspecified, loopback, IPv4-compatible: RFC 4291 2.5 */
	{ { 6, { [10] = 0xff, [11] = 0xff } }, 96 }, /* IPv4-mapped */
	{ { 6, { 0xfe, 0x80 } }, 10 }, /* link-local */
	{ { 6, { 0xff } }, 8 }, /* multicast */
};

static bool is_in(const struct prefix *list, size_t count, const struct addr *a)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_contains(&list[i], a))
			return true;
	return false;
}

bool addr_is_unicast_host(const struct addr *a)
{
	if (a->family == 4)
		return !is_in(no_hosts4, sizeof(no_hosts4) / sizeof(no_hosts4[0]), a);
	return a->family == 6 && !is_in(no_hosts6, sizeof(no_hosts6) / sizeof(no_hosts6[0]), a);
}

/* Not globally reachable by IANA's registries of special-purpose addresses, and not private either. */
static const struct prefix bogons[] = {
	{ { 4, { 192, 0, 0 } }, 24 }, /* protocol assignments, RFC 6890 */
	{ { 4, { 192, 0, 2 } }, 24 }, /* documentation, RFC 5737 */
	{ { 4, { 198, 18 } }, 15 }, /* benchmarks, RFC 2544 */
	{ { 4, { 198, 51, 100 } }, 24 }, /* documentation */
	{ { 4, { 203, 0, 113 } }, 24 }, /* documentation */
	{ { 6, { [0] = 0x01 } }, 64 }, /* 100::/64, to be discarded, RFC 6666 */
	{ { 6, { 0x20, 0x01, 0x00, 0x02 } }, 48 }, /* benchmarks, RFC 5180 */
	{ { 6, { 0x20, 0x01, 0x0d, 0xb8 } }, 32 }, /* documentation, RFC 3849 */
	{ { 6, { 0x3f, 0xff } }, 20 }, /* documentation, RFC 9637 */
	{ { 6, { 0x5f } }, 16 }, /* identifiers of segments, RFC 9602 */
};

bool prefix_is_bogon(const struct prefix *p)
{
	for (size_t i = 0; i < sizeof(bogons) / sizeof(bogons[0]); i++)
		if (bogons[i].length <= p->length && prefix_contains(&bogons[i], &p->addr))
			return true;
	return false;
}

bool addr_is_bogon(const struct addr *a)
{
	return prefix_is_bogon(&(struct prefix){ *a, (uint8_t)(addr_size(a) * 8) });
}

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
