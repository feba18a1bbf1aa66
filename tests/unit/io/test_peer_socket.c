/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The code of uturn-peer(7) is BLAKE2b of 16 bytes with a key of 32, and holds for no other key or byte. */
#include "tests/packets.h"

#include <string.h>

#include "io/peer_socket.h"

static uint8_t key[32];

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < 32; i++)
		key[i] = (uint8_t)i;
	return peer_socket_prepare();
}

/* Of Python: hashlib.blake2b(b"uturn", key=bytes(range(32)), digest_size=16) */
static void is_blake2b(void **state)
{
	static const uint8_t code[] = { 0x80, 0x8c, 0x6d, 0xd4, 0x73, 0x34, 0xc8, 0x5d, 0x44, 0xc9, 0x4f, 0xf5, 0x86,
		0x4d, 0xaf, 0x08 };
	struct writer out = packet_room(5 + sizeof(code));

	(void)state;
	writer_put(&out, span_of((const uint8_t *)"uturn", 5));
	peer_socket_seal(key, &out);
	assert_false(out.overflow);
	assert_int_equal(out.len, out.size);
	assert_memory_equal(out.at + 5, code, sizeof(code));
	assert_true(peer_socket_is_sealed(key, span_of(out.at, 5), span_of(out.at + 5, 16)));
}

static void holds_for_nothing_else(void **state)
{
	struct writer out = packet_room(40 + 16);
	uint8_t other[32];

	(void)state;
	writer_zeroes(&out, 40);
	peer_socket_seal(key, &out);
	for (size_t i = 0; i < out.size; i++)
		for (int bit = 0; bit < 8; bit++) {
			out.at[i] ^= (uint8_t)(1 << bit);
			assert_false(peer_socket_is_sealed(key, span_of(out.at, 40), span_of(out.at + 40, 16)));
			out.at[i] ^= (uint8_t)(1 << bit);
		}
	for (int i = 0; i < 32; i++) {
		memcpy(other, key, sizeof(other));
		other[i] ^= 1;
		assert_false(peer_socket_is_sealed(other, span_of(out.at, 40), span_of(out.at + 40, 16)));
	}
	assert_false(peer_socket_is_sealed(key, span_of(out.at, 40), span_of(out.at + 40, 15)));
	assert_false(peer_socket_is_sealed(key, span_of(out.at, 39), span_of(out.at + 40, 16)));
}

static void sends_nothing_without_room_for_it(void **state)
{
	struct writer out = packet_room(20);

	(void)state;
	writer_zeroes(&out, 5);
	peer_socket_seal(key, &out);
	assert_true(out.overflow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(is_blake2b, packets_free),
		cmocka_unit_test_teardown(holds_for_nothing_else, packets_free),
		cmocka_unit_test_teardown(sends_nothing_without_room_for_it, packets_free),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
