/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Special-purpose addresses: their names, and every question about a kind of address. */
#include "tests/packets.h"

#include "common/text.h"
#include "packet/special.h"

static const struct {
	const char *addr, *name;
	unsigned rfc;
} specials[] = {
	{ "8.8.8.8", NULL, 0 },
	{ "2a00::1", NULL, 0 },
	{ "10.255.255.255", "Private-Use", 1918 },
	{ "11.0.0.0", NULL, 0 },
	{ "172.31.0.1", "Private-Use", 1918 },
	{ "172.32.0.1", NULL, 0 },
	{ "100.64.7.1", "Shared Address Space", 6598 },
	{ "100.128.0.0", NULL, 0 },
	{ "192.0.0.8", "IPv4 dummy address", 7600 },
	{ "192.0.0.7", "IPv4 Service Continuity Prefix", 7335 },
	{ "192.0.0.171", "NAT64/DNS64 Discovery", 8880 },
	{ "0.0.0.0", "This host on this network", 1122 },
	{ "255.255.255.255", "Limited Broadcast", 919 },
	{ "fd00:2:1::1", "Unique-Local", 4193 },
	{ "fe80::1", "Link-Local Unicast", 4291 },
	{ "::1", "Loopback Address", 4291 },
	{ "2001:db8::1", "Documentation", 3849 },
	{ "3fff:fff::1", "Documentation", 9637 },
	{ "2001::1", "TEREDO", 4380 },
	{ "2001:1::1", "Port Control Protocol Anycast", 7723 },
	{ "2001:1::4", "IETF Protocol Assignments", 2928 },
	{ "2001:200::1", NULL, 0 },
	{ "64:ff9b::a00:1", "IPv4-IPv6 Translat.", 6052 },
};

static void finds_the_longest(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		struct addr a = addr_of(specials[i].addr);
		const struct special *s = special_find(&a);

		if (!s != !specials[i].name ||
			(s && (strcmp(s->name, specials[i].name) != 0 || s->rfc != specials[i].rfc)))
			fail_msg("%s: %s", specials[i].addr, s ? s->name : "none");
	}
}

static void tells_unicast_hosts(void **state)
{
	static const struct {
		const char *text;
		bool is_host;
	} rows[] = {
		{ "0.0.0.0", false },
		{ "0.255.255.255", false },
		{ "1.0.0.0", true },
		{ "10.0.0.1", true },
		{ "100.64.0.1", true },
		{ "126.255.255.255", true },
		{ "127.0.0.1", false },
		{ "128.0.0.0", true },
		{ "169.253.255.255", true },
		{ "169.254.0.0", false },
		{ "169.255.0.0", true },
		{ "192.168.1.1", true },
		{ "198.51.100.7", true },
		{ "223.255.255.255", true },
		{ "224.0.0.1", false },
		{ "239.255.255.255", false },
		{ "240.0.0.0", false },
		{ "255.255.255.255", false },
		{ "::", false },
		{ "::1", false },
		{ "::192.0.2.1", false },
		{ "::ffff:192.0.2.1", false },
		{ "::fffe:192.0.2.1", true },
		{ "64:ff9b::192.0.2.1", true },
		{ "2001:db8::1", true },
		{ "fc00::1", true },
		{ "fe7f::1", true },
		{ "fe80::1", false },
		{ "febf::1", false },
		{ "fec0::1", true },
		{ "feff::1", true },
		{ "ff02::1", false },
	};
	static const struct addr none = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = addr_of(rows[i].text);

		if (addr_is_unicast_host(&a) != rows[i].is_host)
			fail_msg("%s", rows[i].text);
	}
	assert_false(addr_is_unicast_host(&none));
}

/* Bogons by prefix: all of it has to be within one. */
static void tells_bogons(void **state)
{
	static const struct {
		const char *text;
		bool is_bogon;
	} rows[] = {
		{ "10.0.0.0/8", false },
		{ "100.64.0.0/10", false },
		{ "127.0.0.0/8", false },
		{ "172.16.0.0/12", false },
		{ "192.0.0.0/24", true },
		{ "192.0.0.9/32", true },
		{ "192.0.0.0/23", false },
		{ "192.0.2.0/24", true },
		{ "192.0.2.128/25", true },
		{ "192.0.3.0/24", false },
		{ "192.88.99.0/24", false },
		{ "192.168.0.0/16", false },
		{ "198.18.0.0/15", true },
		{ "198.18.0.0/14", false },
		{ "198.51.100.0/24", true },
		{ "203.0.113.255/32", true },
		{ "240.0.0.0/4", false },
		{ "0.0.0.0/0", false },
		{ "64:ff9b:1::/48", false },
		{ "100::/64", true },
		{ "100:0:0:1::/64", false },
		{ "2001::/32", false },
		{ "2001:2::/48", true },
		{ "2001:2:1::/48", false },
		{ "2001:10::/28", false },
		{ "2001:db8::/32", true },
		{ "2001:db8:1::/48", true },
		{ "2002::/16", false },
		{ "3fff::/20", true },
		{ "3fff:1000::/20", false },
		{ "5f00::/16", true },
		{ "fc00::/7", false },
		{ "::/0", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prefix p = { 0 };

		assert_true(prefix_parse(rows[i].text, &p));
		if (prefix_is_bogon(&p) != rows[i].is_bogon)
			fail_msg("%s", rows[i].text);
		if (p.length == addr_size(&p.addr) * 8)
			assert_int_equal(addr_is_bogon(&p.addr), rows[i].is_bogon);
	}
	assert_false(addr_is_bogon(&(struct addr){ 0 }));
}

static void tells_filtered(void **state)
{
	static const struct {
		const char *text;
		bool is_filtered;
	} rows[] = {
		{ "0.1.2.3", true },
		{ "8.8.8.8", false },
		{ "10.1.2.3", true },
		{ "100.127.0.1", true },
		{ "127.0.0.1", false },
		{ "172.31.255.255", true },
		{ "192.0.0.9", true },
		{ "192.31.196.1", false },
		{ "192.88.99.1", true },
		{ "192.168.0.1", true },
		{ "198.19.0.1", true },
		{ "224.0.0.1", false },
		{ "::1", false },
		{ "64:ff9b::1", false },
		{ "100::1", false },
		{ "2001:1ff::1", true },
		{ "2001:200::1", false },
		{ "2001:db8::1", true },
		{ "2002::1", true },
		{ "3fff::1", false },
		{ "5f00::1", false },
		{ "fdff::1", true },
		{ "fe80::1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct addr a = addr_of(rows[i].text);

		if (addr_is_filtered(&a) != rows[i].is_filtered)
			fail_msg("%s", rows[i].text);
	}
	assert_false(addr_is_filtered(&(struct addr){ 0 }));
}

/* Routers may have addresses that hosts have not; of these some are never forwarded. */
static void routers(void **state)
{
	static const struct {
		const char *text;
		bool is_router, is_forwarded;
	} rows[] = {
		{ "8.8.8.8", true, true },
		{ "240.0.44.1", true, true },
		{ "255.255.255.254", true, true },
		{ "255.255.255.255", false, false },
		{ "169.254.1.1", true, false },
		{ "127.0.0.1", false, false },
		{ "224.0.0.1", false, false },
		{ "0.0.0.0", false, false },
		{ "fe80::1", true, false },
		{ "febf::1", true, false },
		{ "fec0::1", true, true },
		{ "ff02::1", false, false },
		{ "::1", false, false },
		{ "::ffff:10.1.2.4", true, false },
		{ "::ffff:127.0.0.1", false, false },
		{ "::ffff:224.0.0.1", false, false },
		{ "2600::1", true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = addr_of(rows[i].text);

		if (addr_is_router(&a) != rows[i].is_router || addr_is_forwarded(&a) != rows[i].is_forwarded)
			fail_msg("%s", rows[i].text);
	}
	assert_false(addr_is_router(&(struct addr){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(routers, packets_free),
		cmocka_unit_test(finds_the_longest),
		cmocka_unit_test(tells_unicast_hosts),
		cmocka_unit_test(tells_bogons),
		cmocka_unit_test(tells_filtered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
