/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a return probe carries: the bytes, the checksum that stays, and nothing of the prober's. */
#include "tests/packets.h"

#include <stdio.h>
#include <string.h>

#include "packet/build.h"
#include "packet/neutral.h"
#include "tests/sound.h"

/* The first 64 bytes, as a capture shows them; then it starts again. */
static void the_text(void **state)
{
	static const char text[] = "(uturn) return probe of a traceroute, nothing to answer (uturn) ";
	struct writer out = packet_room(64);

	(void)state;
	neutral_put(&out, 64);
	assert_false(out.overflow);
	assert_memory_equal(out.at, text, 64);
	out = packet_room(10);
	neutral_put(&out, 0);
	assert_int_equal(out.len, 0);
	neutral_put(&out, 11);
	assert_true(out.overflow);
}

/* What its header promises of protocols that look at the first bytes. */
static void taken_for_no_answer(void **state)
{
	struct writer out = packet_room(NEUTRAL_CHECK);
	const uint8_t *at = out.at;

	(void)state;
	neutral_put(&out, NEUTRAL_CHECK);
	assert_int_equal(at[2] & 0x80, 0); /* DNS: a query */
	assert_int_not_equal(at[2] >> 3 & 15, 0); /* of no operation there is */
	assert_int_equal(at[0] & 7, 0); /* NTP: mode 0 */
	assert_int_equal(at[1] & 1, 1); /* BFD: multipoint, to be discarded */
	assert_true(load_u16(at) > 8); /* TFTP: no opcode */
	assert_true(at[0] > 2); /* BOOTP, DHCP: neither request nor reply */
	assert_int_not_equal(at[0], 0x30); /* BER: no sequence */
	assert_int_equal(at[0] >> 6, 0); /* CoAP and RTP of another version, QUIC without its fixed bit */
	assert_int_not_equal(load_u32(at + 4), 0x2112a442); /* STUN: no cookie */
	assert_true(load_u16(at + 2) > 4096); /* RADIUS: no length */
	assert_true(load_u32(at + 4) > 1); /* RPC: neither call nor reply */
	for (size_t i = 0; i < NEUTRAL_CHECK; i++)
		assert_null(memchr("0123456789=|<\r\n", at[i], 15));
}

static void known_by_its_beginning(void **state)
{
	struct writer out = packet_room(8);

	(void)state;
	neutral_put(&out, 8);
	assert_true(neutral_begins(span_of(out.at, 8)));
	assert_false(neutral_begins(span_of(out.at, 7)));
	for (int i = 0; i < 8; i++) {
		out.at[i] ^= 1;
		assert_int_equal(neutral_begins(span_of(out.at, 8)), i >= 6); /* two may keep a checksum */
		out.at[i] ^= 1;
	}
}

static bool holds_four_of(struct span hay, struct span needle)
{
	for (size_t i = 0; i + 4 <= needle.len; i++)
		if (memmem(hay.at, hay.len, needle.at + i, 4))
			return true;
	return false;
}

static void turn_for(const char *contact, const char *text, struct writer *out)
{
	struct departure d = { .form = RETURN_RST,
		.ttl = 4,
		.tag = 1,
		.contact = span_of((const uint8_t *)contact, strlen(contact)) };
	struct span packet = packet_of(text);
	struct probe p;

	assert_int_equal(probe_parse(packet, &p), REASON_OK);
	*out = packet_room(1500);
	build_return(&p, &d, out);
	assert_false(out->overflow);
}

static void turn_one(const char *text, struct writer *out)
{
	turn_for("", text, out);
}

/* The last two that share a word of the checksum are not the text. */
static void assert_neutral_but_two(struct span payload)
{
	struct writer text = packet_room(payload.len);
	size_t kept = payload.len / 2 * 2;

	neutral_put(&text, payload.len);
	for (size_t i = 0; i < payload.len; i++)
		if (i + 2 < kept || i >= kept)
			assert_int_equal(payload.at[i], text.at[i]);
}

/* Every size, odd and even; payloads that sum up to little, much, and all there is. */
static void the_checksum_stays(void **state)
{
	static const char *const contents[] = { "zeroes %u", "pattern %u", "pattern %u 11" };
	char text[200], payload[40];

	(void)state;
	for (unsigned size = 0; size < 300; size++)
		for (size_t c = 0; c < 3; c++)
			for (int is_four = 0; is_four < 2; is_four++) {
				size_t header = is_four ? 20 : 40;
				struct writer out;
				struct span probe;

				snprintf(payload, sizeof(payload), contents[c], size);
				snprintf(text, sizeof(text), "ip%s | udp 53 > 53 | %s",
					is_four ? "4 10.1.1.10 > 203.0.113.80" : "6 2001:db8::1 > 2001:db8::2",
					payload);
				probe = packet_of(text);
				turn_one(text, &out);
				assert_int_equal(out.len, probe.len);
				if (size != 1) /* no room for what keeps it */
					assert_memory_equal(out.at + header + 6, probe.at + header + 6, 2);
				assert_true(is_sound(out.at, out.len));
				assert_int_equal(neutral_begins(span_of(out.at + header + 8, size)), size >= 8);
				assert_neutral_but_two(span_of(out.at + header + 8, size));
				assert_false(holds_four_of(span_tail(span_of(out.at, out.len), header + 8),
					span_tail(probe, header + 8)));
				packets_free(NULL);
			}
}

/* A stranger chooses two bytes, the last, and nothing else. */
static void only_two_bytes_are_chosen(void **state)
{
	struct writer one, other;

	(void)state;
	turn_one("ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 | zeroes 100", &one);
	turn_one("ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 | pattern 100", &other);
	assert_memory_equal(one.at + 28, other.at + 28, 98);
	turn_one("ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 | zeroes 101", &one);
	turn_one("ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 | pattern 101", &other);
	assert_memory_equal(one.at + 28, other.at + 28, 98);
	assert_int_equal(one.at[28 + 100], other.at[28 + 100]);
	/* without a checksum not even those */
	turn_one("ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 sum 0 | zeroes 100", &one);
	turn_one("ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 sum 0 | pattern 100", &other);
	assert_memory_equal(one.at + 28, other.at + 28, 100);
}

/* Whole, wherever there is room for it and what keeps the checksum; and the packet is no longer for it. */
static void names_a_contact(void **state)
{
	static const char *const contacts[] = { "noc@example.net", "https://example.net/uturn",
		"https://a.very.long.name.of.a.host.example.net/abcdefghijklmnopqr" };
	char text[200];

	(void)state;
	for (size_t c = 0; c < 3; c++)
		for (unsigned size = 0; size < 300; size++) {
			const size_t len = strlen(contacts[c]);
			struct writer out;
			struct span probe;

			snprintf(text, sizeof(text), "ip4 10.1.1.10 > 203.0.113.80 | udp 53 > 53 | pattern %u 11",
				size);
			probe = packet_of(text);
			turn_for(contacts[c], text, &out);
			assert_int_equal(out.len, probe.len);
			assert_true(is_sound(out.at, out.len));
			if (size != 1)
				assert_memory_equal(out.at + 26, probe.at + 26, 2);
			assert_int_equal(neutral_begins(span_of(out.at + 28, size)), size >= 8);
			if (size >= 8 + len + 4)
				assert_memory_equal(out.at + 36, contacts[c], len);
			else
				assert_neutral_but_two(span_of(out.at + 28, size));
			packets_free(NULL);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_text, packets_free),
		cmocka_unit_test_teardown(taken_for_no_answer, packets_free),
		cmocka_unit_test_teardown(known_by_its_beginning, packets_free),
		cmocka_unit_test_teardown(the_checksum_stays, packets_free),
		cmocka_unit_test_teardown(names_a_contact, packets_free),
		cmocka_unit_test_teardown(only_two_bytes_are_chosen, packets_free),
	};

	return cmocka_run_group_tests_name("neutral", tests, NULL, NULL);
}
