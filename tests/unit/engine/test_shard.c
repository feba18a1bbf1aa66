/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several engines on one host: every tag names its engine, and each answer is one engine's. */
#include "tests/packets.h"

#include <string.h>

#include "engine/engine.h"
#include "packet/build.h"
#include "tests/engine_of.h"
#include "tests/sound.h"
#include "tools/uturn-replay/packet_text.h"

#define THERE4 "ip4 10.1.1.10 > 203.0.113.80 "
#define THERE6 "ip6 fd00:1:1::10 > 2001:db8:80::80 "

static const uint64_t s_ns = 1000000000;

static struct engine engine;
static struct writer out;

static void begin(unsigned index, unsigned count)
{
	static const char lines[] = "in-flight 100\nrequest on\npace off";

	engine_of(&engine, lines, packet_text_secret);
	engine_share(&engine, shard_of(index, count));
}

static void probe(const char *text)
{
	out = packet_room(ENGINE_PACKET_MAX);
	assert_int_equal(engine_on_probe(&engine, packet_of(text), s_ns, &out), ACT_TAKE);
	assert_true(out.len);
}

static uint32_t tag_of(const uint8_t *packet)
{
	return packet[0] >> 4 == 4 ? load_u16(packet + 4) : load_u32(packet) & 0xfffff;
}

/* A router's Time Exceeded about what left last, but with this tag. Returns whether it was an event. */
static bool expired(uint32_t tag)
{
	static const uint8_t outer4[10] = { 0x45, [8] = 0x40, [9] = 1 }, outer6[8] = { 0x60, [6] = 0x3a, [7] = 0x40 };
	bool is_four = out.at[0] >> 4 == 4;
	size_t header = is_four ? 20 : 40, len = header + 8 + out.len;
	uint8_t *at = packet_room(len).at, *quote = at + header + 8;
	struct addr router = addr_of(is_four ? "10.2.1.1" : "fd00:2:1::1"), to;

	memset(at, 0, len);
	memcpy(quote, out.at, out.len);
	to = addr_from(is_four ? 4 : 6, quote + (is_four ? 12 : 8));
	if (is_four) {
		memcpy(at, outer4, sizeof(outer4));
		store_u16(at + 2, (uint16_t)len);
		memcpy(at + 12, router.bytes, 4);
		memcpy(at + 16, to.bytes, 4);
		store_u16(at + 10, plain_sum(0, at, 20));
		store_u16(quote + 4, (uint16_t)tag);
		at[header] = ICMP_TIME_EXCEEDED4;
		store_u16(at + header + 2, plain_sum(0, at + header, len - header));
	} else {
		memcpy(at, outer6, sizeof(outer6));
		store_u16(at + 4, (uint16_t)(len - header));
		memcpy(at + 8, router.bytes, 16);
		memcpy(at + 24, to.bytes, 16);
		store_u32(quote, (load_u32(quote) & 0xfff00000) | tag);
		at[header] = ICMP_TIME_EXCEEDED6;
		store_u16(at + header + 2, segment_sum(at, header, 58, len - header));
	}
	out = packet_room(ENGINE_PACKET_MAX);
	return engine_on_answer(&engine, span_of(at, len), s_ns + 1000, &out);
}

static const char *const probes[] = {
	THERE4 "ttl 5 id 1 | udp 4000 > 33434 | pattern 32",
	THERE4 "ttl 5 id 0xffff | tcp 4000 > 80 seq 7 flags S",
	THERE4 "ttl 5 | echo id 9 seq 1 | pattern 8",
	THERE4 "ttl 64 | echo code 1 id 7 | 02110035 | zeroes 24",
	THERE6 "ttl 5 flow 0xabcde | udp 4000 > 33434 | pattern 32",
	THERE6 "ttl 5 | tcp 4000 > 80 seq 7 flags S",
	THERE6 "ttl 5 | echo id 9 seq 1 | pattern 8",
	THERE6 "ttl 64 | echo code 1 id 7 | 02110035 | zeroes 24",
};

static void every_tag_names_its_engine(void **state)
{
	(void)state;
	for (unsigned count = 1; count <= SHARDS; count++) {
		for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
			unsigned index = count - 1, width;
			uint32_t tag, other;

			begin(index, count);
			probe(probes[i]);
			width = (out.at[0] >> 4 == 4 ? 16U : 20U) - engine.shard.bits;
			tag = tag_of(out.at);
			if (tag >> width != index || !tag)
				fail_msg("%s: tag %x of engine %u of %u", probes[i], tag, index, count);
			other = tag ^ 1U << width;
			if (count > 1) {
				const struct writer left = out;

				assert_false(expired(other));
				assert_int_equal(engine.counters[REASON_NO_FLIGHT], 0);
				assert_int_equal(out.len, 0);
				out = left;
			}
			assert_true(expired(tag));
			if (!out.len)
				fail_msg("%s: no answer for engine %u of %u, but %s", probes[i], index, count,
					reason_table[engine.event.reason].counter);
			packets_free(NULL);
		}
	}
}

/* The odds of a guess are what they are for one engine: as many guesses less as there are bits less. */
static void guesses(void **state)
{
	static const struct {
		unsigned count, guesses;
	} rows[] = { { 1, 32 }, { 2, 16 }, { 3, 8 }, { 4, 8 }, { 8, 4 }, { 16, 2 }, { 32, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned wrong = rows[i].guesses - 1; wrong <= rows[i].guesses; wrong++) {
			struct writer left;
			uint32_t tag;

			begin(0, rows[i].count);
			probe(probes[0]);
			left = out;
			tag = tag_of(out.at);
			for (unsigned n = 1; n <= wrong; n++, out = left)
				assert_true(expired(tag ^ n));
			assert_true(expired(tag));
			assert_int_equal(engine.event.reason,
				wrong < rows[i].guesses ? REASON_RELAYED : REASON_GUESSED);
			packets_free(NULL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_tag_names_its_engine, packets_free),
		cmocka_unit_test_teardown(guesses, packets_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
