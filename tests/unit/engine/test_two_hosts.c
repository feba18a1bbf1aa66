/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two hosts with uturn, routers between that never answer, and one forged
 * datagram: what the hosts send each other has to die out.
 */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "tests/engine_of.h"
#include "tests/sound.h"
#include "tools/uturn-replay/packet_text.h"

#define SERVED "allow 192.0.2.0/24\nallow 2001:db8::/32\n" /* bogons, else */

enum { PACKETS = 4096, PACKET = 1500 };

static const uint64_t s_ns = 1000000000, ms_ns = 1000000;

static struct {
	struct engine hosts[2];
	unsigned distance; /* routers between the two */
	struct {
		uint64_t at_ns;
		unsigned to; /* host */
		size_t len;
		uint8_t bytes[PACKET];
	} wire[PACKETS]; /* in order of time */
	size_t sent, taken;
} world;

static void begin(const char *lines, unsigned distance)
{
	for (int i = 0; i < 2; i++) {
		const uint64_t secret[2] = { packet_text_secret[0] + (unsigned)i, packet_text_secret[1] };

		engine_of(&world.hosts[i], lines, secret);
	}
	world.distance = distance;
	world.sent = world.taken = 0;
}

/* Over the routers, each a TTL and a millisecond; only a packet that still has one arrives. */
static void send_to(unsigned to, struct span packet, uint64_t now_ns)
{
	uint8_t *at = world.wire[world.sent].bytes;

	if (world.sent == PACKETS)
		fail_msg("more than %d packets", PACKETS);
	memcpy(at, packet.at, packet.len);
	world.wire[world.sent].len = packet.len;
	world.wire[world.sent].to = to;
	world.wire[world.sent].at_ns = now_ns + (world.distance + 1) * ms_ns;
	if (at[0] >> 4 == 4) {
		at[8] = (uint8_t)(at[8] > world.distance ? at[8] - world.distance : 0);
		store_u16(at + 10, 0);
		store_u16(at + 10, plain_sum(0, at, 20));
	} else {
		at[7] = (uint8_t)(at[7] > world.distance ? at[7] - world.distance : 0);
	}
	world.sent++;
}

static void arrive(uint64_t now_ns)
{
	unsigned to = world.wire[world.taken].to;
	uint8_t *at = world.wire[world.taken].bytes;
	struct span packet = span_of(at, world.wire[world.taken++].len);
	bool is_icmp = at[0] >> 4 == 4 ? at[9] == 1 : at[6] == 58;
	struct writer out = packet_room(PACKET);

	if (at[at[0] >> 4 == 4 ? 8 : 7] == 0)
		return; /* a router had the last of it */
	if (is_icmp)
		engine_on_error(&world.hosts[to], packet, now_ns, &out);
	else
		engine_on_probe(&world.hosts[to], packet, now_ns, &out);
	if (out.len)
		send_to(!to, span_of(out.at, out.len), now_ns);
}

static void tick(uint64_t now_ns)
{
	for (unsigned i = 0; i < 2; i++) {
		struct writer out = packet_room(PACKET);

		while (engine_on_time(&world.hosts[i], now_ns, &out)) {
			if (out.len)
				send_to(!i, span_of(out.at, out.len), now_ns);
			out = packet_room(PACKET);
		}
	}
}

static void pass(uint64_t from_ns, uint64_t until_ns)
{
	for (uint64_t now_ns = from_ns; now_ns < until_ns; now_ns += ms_ns) {
		while (world.taken < world.sent && world.wire[world.taken].at_ns <= now_ns)
			arrive(now_ns);
		if (now_ns % (25 * ms_ns) == 0)
			tick(now_ns);
	}
}

/* Says that it is from the other host. */
static void forge(unsigned to, unsigned ttl, const char *format)
{
	char text[512], addresses[100];
	bool is_four = strstr(format, "ip4") != NULL;

	if (is_four)
		snprintf(addresses, sizeof(addresses), "192.0.2.%u > 192.0.2.%u ttl %u", 2 - to, 1 + to,
			ttl + world.distance);
	else
		snprintf(addresses, sizeof(addresses), "2001:db8::%u > 2001:db8::%u ttl %u", 2 - to, 1 + to,
			ttl + world.distance);
	snprintf(text, sizeof(text), format, addresses);
	send_to(to, packet_of(text), s_ns);
}

/*
 * What the two send at most: a return probe, and a check where it is UDP; each knows the other's. What is too short to
 * be known is turned once, as is a check that looks the same.
 */
static const struct {
	const char *text;
	size_t most;
} datagrams[] = {
	{ "ip4 %s id 7 | udp 4000 > 33435 | zeroes 8", 2 },
	{ "ip4 %s | udp 4000 > 33435 | zeroes 8", 2 },
	{ "ip4 %s id 7 | udp 53 > 53 | zeroes 8", 2 }, /* whose check it is itself */
	{ "ip4 %s id 7 | udp 53 > 53 | zeroes 1000", 2 },
	{ "ip4 %s id 7 | udp 4000 > 33435 sum 0 | zeroes 8", 2 },
	{ "ip6 %s flow 7 | udp 4000 > 33435 | zeroes 8", 2 },
	{ "ip6 %s | udp 53 > 53 | zeroes 9", 2 },
	{ "ip4 %s id 7 | udp 4000 > 33435 | zeroes 7", 4 },
	{ "ip4 %s id 7 | udp 4000 > 33435 | zeroes 4", 4 },
	{ "ip4 %s id 7 | udp 4000 > 33435 | zeroes 1", 4 },
	{ "ip4 %s id 7 | udp 4000 > 33435", 4 },
	{ "ip4 %s | udp 4000 > 33435", 4 },
	{ "ip4 %s id 7 | udp 53 > 53", 6 },
	{ "ip4 %s id 7 | udp 4000 > 33435 sum 0", 4 },
	{ "ip6 %s flow 7 | udp 4000 > 33435 | zeroes 4", 4 },
	{ "ip6 %s | udp 53 > 53", 6 },
	{ "ip4 %s | tcp 4000 > 80 seq 1", 1 },
	{ "ip4 %s | tcp 4000 > 80 seq 1 flags A", 1 },
	{ "ip6 %s | tcp 4000 > 80 seq 1", 1 },
	{ "ip4 %s | echo id 1 seq 1 | zeroes 8", 1 },
	{ "ip4 %s id 7 protocol 136 | 0fa0829400101234 | zeroes 8", 1 },
	{ "ip4 %s id 7 protocol 136 | 0fa0829400081234", 2 },
	{ "ip4 %s id 7 protocol 253 | pattern 32", 1 },
	{ "ip4 %s id 7 protocol 253 | pattern 15", 2 },
};

enum { DATAGRAMS = sizeof(datagrams) / sizeof(datagrams[0]) };

static void one_forged_datagram(void **state)
{
	static const unsigned ttls[] = { 2, 3, 4, 9, 31, 32 };

	(void)state;
	for (size_t i = 0; i < DATAGRAMS; i++)
		for (unsigned distance = 0; distance < 4; distance++)
			for (size_t t = 0; t < sizeof(ttls) / sizeof(ttls[0]); t++) {
				begin(SERVED "in-flight 256\nother-protocols turn", distance);
				forge(0, ttls[t], datagrams[i].text);
				pass(s_ns, 20 * s_ns);
				if (world.sent - 1 > datagrams[i].most)
					fail_msg("distance %u, TTL %u: %zu packets for one: %s", distance, ttls[t],
						world.sent - 1, datagrams[i].text);
				assert_int_equal(world.hosts[0].flights.out + world.hosts[1].flights.out, 0);
				packets_free(NULL);
			}
}

/* To either host, one behind the other. */
static void three_forged_datagrams(void **state)
{
	(void)state;
	for (size_t i = 0; i < DATAGRAMS; i++)
		for (unsigned distance = 0; distance < 4; distance++)
			for (unsigned ahead = 2; ahead < 8; ahead++) {
				begin(SERVED "in-flight 256\nother-protocols turn\ninflection target", distance);
				forge(0, ahead, datagrams[i].text);
				forge(1, ahead, datagrams[i].text);
				forge(0, 32, datagrams[i].text);
				pass(s_ns, 20 * s_ns);
				if (world.sent - 3 > 3 * datagrams[i].most)
					fail_msg("distance %u, %u sent ahead: %zu packets for three: %s", distance,
						ahead, world.sent - 3, datagrams[i].text);
				packets_free(NULL);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(one_forged_datagram, packets_free),
		cmocka_unit_test_teardown(three_forged_datagrams, packets_free),
	};

	return cmocka_run_group_tests_name("two hosts", tests, NULL, NULL);
}
