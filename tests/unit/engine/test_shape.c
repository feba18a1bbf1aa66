/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <string.h>

#include "engine/shape.h"

#define PAIR4 "ip4 198.51.100.10 > 203.0.113.80 ttl 1 "
#define PAIR6 "ip6 2001:db8:c::10 > 2001:db8:80::80 ttl 1 "
#define OPTIONS "win 5840 options 020405b40402080a8a3735100000000001030302"
#define OPTIONS6 "win 5760 options 020405a00402080a680589a10000000001030302"

/* doc/clients.md, "Shapes", and what is nearly the same: NULL is a client that would stop at the target. */
/* clang-format off */
static const struct {
	const char *packet, *client;
} rows[] = {
	{ PAIR4 "id 2544 | udp 51927 > 33446 | pattern 32", "traceroute" },
	{ PAIR6 "flow 1 | udp 47904 > 33446 | pattern 32", "traceroute" },
	{ PAIR4 "id 2544 | udp 51927 > 53 | pattern 4", "traceroute" },
	{ PAIR4 "id 2544 | udp 51927 > 53 | pattern 1400", "traceroute" },
	{ PAIR4 "id 2544 | udp 51927 > 33446 | pattern 3", NULL },
	{ PAIR4 "id 2544 | udp 51927 > 33446", NULL },
	{ PAIR4 "id 2544 | udp 51927 > 33446 | pattern 32 1", NULL },
	{ PAIR4 "id 2544 | udp 51927 > 33446 | pattern 31 | 00", NULL },
	{ PAIR4 "id 2544 | udp 51927 > 33446 | pattern 63 | 00", NULL },
	{ PAIR4 "| echo id 0x672c seq 13 | pattern 32 8", "traceroute -I" },
	{ PAIR6 "| echo id 0x672c seq 13 | pattern 32 8", "traceroute -I" },
	{ PAIR4 "| echo id 0x672c seq 13 | pattern 64 8", "traceroute -I" },
	{ PAIR4 "| echo id 0x672c seq 13 | pattern 1400 8", "traceroute -I" },
	{ PAIR4 "| echo id 0x672c seq 13 | pattern 32", NULL },
	{ PAIR4 "| tcp 54093 > 80 seq 1 " OPTIONS, "traceroute -T" },
	{ PAIR6 "| tcp 54093 > 80 seq 1 " OPTIONS6, "traceroute -T" },
	{ PAIR4 "| tcp 54093 > 80 seq 1 win 64240 options 020405b40402080a36dd8ce5000000000103030a", NULL },
	{ PAIR4 "| tcp 54093 > 80 seq 1 win 5841 options 020405b40402080a8a3735100000000001030302", NULL },
	{ PAIR4 "| tcp 54093 > 80 seq 1 win 5840 options 020405b40402080a8a3735100000000101030302", NULL },
	{ PAIR4 "| tcp 54093 > 80 seq 1 win 5840 options 020405b4", NULL },
	{ PAIR4 "| tcp 54093 > 80 seq 1 flags A " OPTIONS, NULL },
	{ PAIR4 "df | udp 41290 > 33434 | text SUPERMAN | 00", "inetutils-traceroute" },
	{ PAIR4 "df | udp 41290 > 33434 | text SUPERMAN", "inetutils-traceroute" },
	{ PAIR4 "df | udp 41290 > 33434 | text SUPERMA", NULL },
	{ PAIR6 "| udp 41290 > 33434 | text SUPERMAN | 00", NULL },
	{ PAIR4 "df | udp 37069 > 33435 | 0105 | zeroes 16", "busybox traceroute" },
	{ PAIR4 "df | udp 37069 > 33436 | 0105 | zeroes 16", NULL },
	{ PAIR4 "df | udp 37069 > 33434 | 0005 | zeroes 16", NULL },
	{ PAIR4 "df | udp 37069 > 33435 | 0105 | zeroes 17", NULL },
	{ PAIR4 "df | udp 37069 > 33435 | 0105 | zeroes 15 | 01", NULL },
	{ PAIR6 "| udp 38683 > 33435 | 6aab000000000001 | zeroes 16", "busybox traceroute6" },
	{ PAIR6 "| udp 38683 > 33435 | 6aab000000000000 | zeroes 16", NULL },
	{ PAIR6 "| udp 38683 > 33435 | 6aab0000000003e8 | zeroes 16", NULL },
	{ PAIR6 "| udp 38683 > 33435 | 6aab000000000001 | zeroes 15 | 01", NULL },
	{ PAIR4 "df | udp 38234 > 44449 | 0500000000000000de16000000000000 | zeroes 1456", "tracepath" },
	{ PAIR4 "df | udp 38234 > 44449 | 0000000500000000de16000000000000", "tracepath" },
	{ PAIR6 "| udp 38234 > 44444 | 0100000000000000de16000000000000", "tracepath" },
	{ PAIR4 "df | udp 38234 > 44443 | 0500000000000000de16000000000000", NULL },
	{ PAIR4 "df | udp 38234 > 44508 | 0500000000000000de16000000000000", NULL },
	{ PAIR4 "df | udp 38234 > 44449 | 0000000000000000de16000000000000", NULL },
	{ PAIR4 "df | udp 38234 > 44449 | 0500010000000000de16000000000000", NULL },
	{ PAIR4 "df | udp 38234 > 44449 | 05000000000000", NULL },
	{ PAIR4 "id 54841 | tcp 44665 > 80 seq 0x778c1e11", "tcptraceroute" },
	{ PAIR4 "id 54841 | tcp 44665 > 80 seq 0x778c1e11 flags A", "tcptraceroute -A" },
	{ PAIR4 "id 54841 | tcp 44665 > 80 seq 0", NULL },
	{ PAIR4 "id 54841 df | tcp 44665 > 80 seq 0x778c1e11", NULL },
	{ PAIR4 "id 54841 | tcp 44665 > 80 seq 0x778c1e11 win 1", NULL },
	{ PAIR6 "| tcp 44665 > 80 seq 0x778c1e11", NULL },
	{ PAIR4 "df | tcp 53 > 80 seq 0x4bf5758a win 32768", "lft" },
	{ PAIR4 "df | tcp 54 > 80 seq 0x4bf5758a win 32768", NULL },
	{ PAIR4 "df | tcp 53 > 80 seq 0x4bf5758a win 32767", NULL },
	{ PAIR4 "df | udp 53 > 33438 | zeroes 10", "lft -u" },
	{ PAIR4 "df | udp 54 > 33438 | zeroes 10", NULL },
	{ PAIR4 "df | udp 53 > 33438 | zeroes 11", NULL },
	{ PAIR6 "| udp 38052 > 33439 | zeroes 12", NULL }, /* rltraceroute6, or scamper */
	{ PAIR6 "| udp 38052 > 33439 | zeroes 11 | 01", NULL },
	{ PAIR4 "| udp 38052 > 33439 | zeroes 32", NULL },
	{ PAIR6 "| tcp 38007 > 80 seq 0x05006b88 win 4096", "tcptraceroute6" },
	{ PAIR6 "| tcp 38007 > 80 seq 0x05006b88 win 0", NULL },
	{ PAIR6 "| echo id 0x6bb4 seq 1280 | zeroes 12", "tracert6" },
	{ PAIR6 "| echo id 0x6bb4 seq 1282 | zeroes 12", "tracert6" },
	{ PAIR6 "| echo id 0x6bb4 seq 256 | zeroes 12", "tracert6" },
	{ PAIR6 "| echo id 0x6bb4 seq 255 | zeroes 12", NULL },
	{ PAIR6 "| echo id 0x6bb4 seq 272 | zeroes 12", NULL },
	{ PAIR6 "flow 0x5d16e | echo id 0x9a3e seq 0 | zeroes 12", NULL }, /* scamper -P icmp, captured */
	{ PAIR6 "| echo id 0x6bb4 seq 1280 | zeroes 16", NULL },
	{ PAIR4 "df | udp 12345 > 33434 | 4e534d4e439f82", "dublin-traceroute" },
	{ PAIR4 "| echo id 0x756d seq 1024", "hping3 -1" },
	{ PAIR4 "| udp 2043 > 0", "hping3 -2" },
	{ PAIR4 "| udp 2043 > 1", NULL },
	{ PAIR4 "| udp 2043 > 0 | 00", NULL },
	{ PAIR6 "| udp 2043 > 0", NULL },
	{ PAIR4 "| tcp 2043 > 80 seq 5 ack 7 win 512", "hping3 -S" },
	{ PAIR4 "| tcp 2043 > 80 seq 5 win 512", NULL },
	{ PAIR4 "| tcp 2043 > 80 seq 5 ack 7 win 513", NULL },
	{ PAIR4 "| tcp 2043 > 80 seq 5 ack 7 win 512 options 01010101", NULL },
	{ PAIR4 "| echo id 0x756d seq 0", NULL },
	{ PAIR4 "| echo id 0x756d seq 1", NULL },
	{ PAIR4 "| echo id 0x756d seq 1024 | 00", NULL },
	{ PAIR4 "df | echo id 0x6834 seq 0 | 08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", NULL },
	{ PAIR4 "| echo id 0x6861 seq 33004 | zeroes 36", NULL },
	{ PAIR4 "| udp 26767 > 33004 | zeroes 36", NULL },
	{ PAIR4 "df id 1 | udp 59761 > 33435 | 2d21 | zeroes 14", NULL },
	{ PAIR4 "df id 1 | tcp 59851 > 33435", NULL },
	{ PAIR4 "df id 1 | tcp 59896 > 33435 flags A", NULL },
	{ PAIR6 "flow 1 | tcp 59941 > 33435", NULL },
	{ PAIR4 "id 261 | udp 33453 > 33452 | 31373935323131363537", NULL },
	{ PAIR4 "df | echo id 0x6c63 seq 33438 | zeroes 56", NULL },
	{ PAIR4 "df | udp 5000 > 33434 | 808a", NULL },
	{ PAIR4 "id 7493 | echo id 0xded8 seq 0", NULL },
};
/* clang-format on */

static void known_clients(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe p;
		const char *client;

		assert_int_equal(probe_parse(packet_of(rows[i].packet), &p), REASON_OK);
		client = shape_that_goes_on(&p);
		if (!client != !rows[i].client || (client && strcmp(client, rows[i].client) != 0))
			fail_msg("%s\n  is %s, not %s", rows[i].packet, client ? client : "nobody",
				rows[i].client ? rows[i].client : "nobody");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(known_clients, packets_free),
	};

	return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
