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
	/* read, not captured: FreeBSD and macOS, whose payload is zeroes */
	{ PAIR4 "id 0x9235 | udp 0x9234 > 33435 | zeroes 12", "BSD traceroute" },
	{ PAIR4 "id 0x9274 | udp 0x9234 > 33498 | zeroes 12", "BSD traceroute" },
	{ PAIR4 "id 0x9237 df | udp 0x9234 > 33437 | zeroes 12", "BSD traceroute" }, /* -F */
	{ PAIR4 "id 0x9237 | udp 0x9234 > 33437 sum 0 | zeroes 12", "BSD traceroute" }, /* -x */
	{ PAIR4 "id 0x9237 | udp 0x9234 > 33437 | zeroes 1432", "BSD traceroute" },
	{ PAIR4 "id 0x9237 | udp 0x9234 > 33437", "BSD traceroute" },
	{ PAIR4 "id 0x9237 | udp 0x9237 > 33434 | zeroes 12", "BSD traceroute" }, /* -e */
	{ PAIR4 "id 0x9237 | udp 0x9237 > 53 | zeroes 12", "BSD traceroute" }, /* -e -p 53 */
	{ PAIR4 "id 1 | udp 0xffff > 33436 | zeroes 12", "BSD traceroute" }, /* past 65535 */
	{ PAIR4 "id 0x9235 | udp 0x9234 > 33436 | zeroes 12", NULL },
	{ PAIR4 "id 0x9236 | udp 0x9234 > 33435 | zeroes 12", NULL },
	{ PAIR4 "id 0x9233 | udp 0x9234 > 33433 | zeroes 12", NULL },
	{ PAIR4 "id 0x9634 | udp 0x9234 > 34458 | zeroes 12", NULL },
	{ PAIR4 "id 0x7235 | udp 0x7234 > 33435 | zeroes 12", NULL },
	{ PAIR4 "id 0 df | udp 0xfffe > 33436 | zeroes 12", NULL }, /* an id of 0 is the kernel's, and equals no sum */
	{ PAIR4 "id 0x9235 | udp 0x9234 > 33435 | zeroes 11 | 01", NULL },
	{ PAIR4 "id 0x9237 | udp 0x9237 > 33434 | zeroes 11 | 01", NULL },
	/* NetBSD and OpenBSD say number, TTL and time */
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 0f05000065a1b2c300012345", "BSD traceroute" },
	{ PAIR4 "id 0x9243 | udp 0x9234 > 68 | 0f05000065a1b2c300012345", "BSD traceroute" }, /* -p 53 */
	{ PAIR4 "id 0x9243 | udp 0x9234 > 53 | 0f05000065a1b2c3000f423f | zeroes 60", "BSD traceroute" }, /* -c -p 53 */
	{ PAIR4 "id 0x9334 | udp 0x9234 > 33690 | 0056000065a1b2c300012345", "BSD traceroute" }, /* number 256 */
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 1005000065a1b2c300012345", NULL },
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 0f00000065a1b2c300012345", NULL },
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 0f05000165a1b2c300012345", NULL },
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 0f05000065a1b2c3000f4240", NULL },
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 0f05000065a1b2c300012345 | zeroes 3 | 01", NULL },
	{ PAIR4 "id 0x9243 | udp 0x9234 > 33449 | 0f05000065a1b2c3000123", NULL },
	{ PAIR4 "id 0x9234 | udp 0x9234 > 33449 | 0005000065a1b2c300012345", NULL },
	{ PAIR6 "| udp 40000 > 33449 | 0f05000065a1b2c300012345", "BSD traceroute6" },
	{ PAIR6 "| udp 1025 > 33449 | 0f05000065a1b2c300012345 | zeroes 8", "BSD traceroute6" },
	{ PAIR6 "| udp 40000 > 33448 | 0f05000065a1b2c300012345", NULL },
	{ PAIR6 "| udp 40000 > 33690 | zeroes 12", NULL },
	{ PAIR6 "| udp 40000 > 33434 | 0005000065a1b2c300012345", NULL },
	{ PAIR4 "id 0x9243 | echo id 0x9234 seq 15 | zeroes 20", "BSD traceroute -I" },
	{ PAIR4 "id 0x9243 df | echo id 0x9234 seq 15 | zeroes 1000", "BSD traceroute -I" },
	{ PAIR4 "id 0x9243 | echo id 0x9234 seq 15 | 0f05000065a1b2c300012345", "BSD traceroute -I" },
	{ PAIR4 "id 2 | echo id 0xffff seq 3 | zeroes 20", "BSD traceroute -I" },
	{ PAIR4 "id 0x9242 | echo id 0x9234 seq 15 | zeroes 20", NULL },
	{ PAIR4 "id 0x9243 | echo id 0x9234 seq 15 | 08090a0b0c0d0e0f101112131415161718191a1b", NULL },
	{ PAIR4 "id 0x1243 | echo id 0x1234 seq 15 | zeroes 20", NULL },
	{ PAIR4 "id 0x9234 | echo id 0x9234 seq 0 | zeroes 20", NULL },
	{ PAIR4 "id 0x131c | echo id 0x9234 seq 33000 | zeroes 36", NULL }, /* mtr counts from 33000 */
	{ PAIR6 "| echo id 0x9234 seq 15 | zeroes 12", NULL },
	{ PAIR4 "id 0x9243 | tcp 0x9234 > 33449 seq 0x82a99234", "BSD traceroute -P tcp" },
	{ PAIR4 "id 0x9243 df | tcp 0x9234 > 33449 seq 0x923482a9 | zeroes 40", "BSD traceroute -P tcp" },
	{ PAIR6 "| tcp 1000 > 95 seq 0x005f03e8", "BSD traceroute -P tcp" },
	{ PAIR6 "| tcp 1000 > 95 seq 0x005f03e9", NULL },
	{ PAIR6 "| tcp 1000 > 95 seq 0x005f03e8 win 1", NULL },
	{ PAIR6 "| tcp 1000 > 95 seq 0x005f03e8 | 01", NULL },
	/* RIPE Atlas, read: the text is cut to the size that was asked for */
	{ PAIR4 "| udp 20481 > 33435 | d2b1 | text http://atlas.ripe.net | 2041746c617320736179732048692100 | zeroes 9", "RIPE Atlas" },
	{ PAIR4 "df | udp 20481 > 33435 | d2b1 | text http://atlas.ripe.net", "RIPE Atlas" },
	{ PAIR4 "df | udp 20481 > 33435 | d2b1 | text http://a", "RIPE Atlas" },
	{ PAIR4 "df | udp 20481 > 33435 | d2b1 | text http://", NULL },
	{ PAIR4 "df | udp 20481 > 33435 | d2b1 | text http://example.org", NULL },
	{ PAIR4 "df | udp 20481 > 33435 | d2b101 | text http://atlas.ripe.net", NULL },
	{ PAIR4 "| echo id 1 seq 5 | 0000 | text http://atlas.ripe.net | 20417400", "RIPE Atlas, ICMP" },
	{ PAIR4 "| tcp 20481 > 80 seq 0x00010005 | text http://atlas.ripe.net | 2041", "RIPE Atlas, TCP" },
	{ PAIR6 "| udp 20481 > 33435 | d2b1 | zeroes 30 | text http://a", "RIPE Atlas" }, /* 64 bits */
	{ PAIR6 "| udp 20481 > 33435 | d2b10000000004d20000000100000005 | 000011d71dcd6500 | text http://atlas.rip", "RIPE Atlas" },
	{ PAIR6 "| echo id 0x4d2 seq 5 | d2b1 | zeroes 30 | text http://atlas.rip", "RIPE Atlas, ICMP" },
	{ PAIR6 "| tcp 20481 > 80 seq 0x00010005 | text http://atlas.ripe.net | 2041", "RIPE Atlas, TCP" },
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
