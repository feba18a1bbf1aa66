/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes of every length in blocks, and the flights whose probes are kept in them. */
#include "tests/packets.h"

#include <string.h>

#include "engine/blocks.h"
#include "engine/flights.h"
#include "engine/flights_find.h"

enum { CAPACITY = 64, LONGEST = FLIGHT_ORIGINAL - FLIGHT_HEAD };

/* Of the number-th that is kept: no two have the same bytes. */
static void fill(uint8_t *at, size_t size, unsigned number)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)((size_t)number * 31 + i + 1);
}

static struct blocks blocks_of(uint32_t capacity)
{
	struct blocks b;

	blocks_init(&b, packet_room(blocks_bytes(capacity)).at);
	return b;
}

/* Kept in memory cut to its exact size, read into room of its exact size. */
static void assert_kept(const struct blocks *b, uint32_t first, size_t size, unsigned number)
{
	uint8_t expected[LONGEST + 1], *got = packet_room(size).at;

	fill(expected, size, number);
	blocks_read(b, first, size, got);
	assert_memory_equal(got, expected, size);
}

static void every_length_takes_what_it_needs(void **state)
{
	(void)state;
	assert_int_equal(blocks_for(0), 0);
	assert_int_equal(blocks_for(1), 1);
	assert_int_equal(blocks_for(BLOCK_SIZE), 1);
	assert_int_equal(blocks_for(BLOCK_SIZE + 1), 2);
	for (size_t size = 0; size <= LONGEST; size++) {
		struct blocks b = blocks_of(blocks_for(size));
		uint8_t bytes[LONGEST];
		uint32_t first;

		fill(bytes, size, 7);
		first = blocks_keep(&b, span_of(bytes, size));
		assert_int_equal(first == BLOCK_NONE, size == 0);
		assert_int_equal(b.touched, blocks_for(size));
		if (size)
			assert_kept(&b, first, size, 7);
		blocks_drop(&b, first);
		packets_free(NULL);
	}
}

/* Kept and dropped in all kinds of orders: what is there stays as it is, and no more memory is touched than was in use at once. */
static void used_again(void **state)
{
	struct blocks b = blocks_of(CAPACITY);
	uint32_t kept[CAPACITY], in_use = 0, most = 0, seed = 1;
	size_t sizes[CAPACITY] = { 0 };

	(void)state;
	for (unsigned step = 0; step < 5000; step++) {
		unsigned at = (seed = seed * 1664525 + 1013904223) >> 16 & (CAPACITY - 1);
		size_t size = (seed >> 8) % (LONGEST + 1);
		uint8_t bytes[LONGEST];

		if (sizes[at]) {
			uint8_t got[LONGEST], expected[LONGEST];

			fill(expected, sizes[at], at);
			blocks_read(&b, kept[at], sizes[at], got);
			assert_memory_equal(got, expected, sizes[at]);
			blocks_drop(&b, kept[at]);
			in_use -= blocks_for(sizes[at]);
			sizes[at] = 0;
		}
		if (in_use + blocks_for(size) > CAPACITY)
			continue;
		fill(bytes, size, at);
		kept[at] = blocks_keep(&b, span_of(bytes, size));
		sizes[at] = size;
		in_use += blocks_for(size);
		most = in_use > most ? in_use : most;
		assert_int_equal(b.touched, most);
	}
	assert_int_equal(most, CAPACITY);
}

/* --- flights ------------------------------------------------------------------------------------------------------ */

static const uint64_t key[2] = { 1, 2 };

/* An echo request or a datagram of so many bytes, of which flights keep the beginning. */
static struct span probe_of(int family, bool is_echo, size_t size, unsigned number)
{
	struct writer room = packet_room(size);
	uint8_t *at = room.at;

	fill(at, size, number);
	at[0] = family == 4 ? 0x45 : 0x60;
	store_u16(at + (family == 4 ? IP_LENGTH4 : IP_LENGTH6), (uint16_t)(family == 4 ? size : size - HEADER_SIZE6));
	at[family == 4 ? IP_PROTOCOL4 : IP_PROTOCOL6] = is_echo ? ip_icmp_protocol((uint8_t)family) : PROTOCOL_UDP;
	at[family == 4 ? IP_TTL4 : IP_TTL6] = 9;
	return span_of(at, size);
}

static struct flight *keep_probe(struct flights *f, int family, bool is_echo, struct span probe)
{
	struct flight identity = { .protocol = is_echo ? ip_icmp_protocol((uint8_t)family) : PROTOCOL_UDP,
		.is_six = family == 6 };
	bool evicted;

	return flights_add(f, &identity, probe, 0, &evicted);
}

/* Exact to the byte on both sides of the head, of each block, and of what is kept at all. */
static void probes_of_every_length(void **state)
{
	(void)state;
	for (size_t size = HEADER_SIZE6 + UDP_SIZE; size <= FLIGHT_ORIGINAL + 40; size++)
		for (int row = 0; row < 4; row++) {
			int family = row & 1 ? 6 : 4;
			bool is_echo = row & 2;
			size_t kept = size < FLIGHT_ORIGINAL ? size : FLIGHT_ORIGINAL;
			struct span probe = probe_of(family, is_echo, size, 3);
			struct flight_view view;
			struct flights f;

			flights_init(&f, packet_room(flights_bytes(1)).at, 1, key);
			flights_view(&f, keep_probe(&f, family, is_echo, probe), &view);
			assert_int_equal(view.original.len, kept);
			assert_int_equal(view.size, is_echo ? size : kept);
			assert_memory_equal(view.original.at, probe.at, kept);
			for (size_t i = kept; i < FLIGHT_ORIGINAL; i++)
				assert_int_equal(view.room[i], 0);
			assert_int_equal(view.ttl, 9);
			assert_memory_equal(view.to.bytes, probe.at + (family == 4 ? IP_FROM4 : IP_FROM6),
				family == 4 ? 4 : 16);
			assert_memory_equal(view.from.bytes, probe.at + (family == 4 ? IP_TO4 : IP_TO6),
				family == 4 ? 4 : 16);
			packets_free(NULL);
		}
}

/* A table of the longest probes, filled three times over: the blocks suffice, and those that are out are whole. */
static void a_full_table_of_long_probes(void **state)
{
	enum { FLIGHTS = 33 };
	struct flight *flights[3 * FLIGHTS];
	struct span probes[3 * FLIGHTS];
	struct flight_view view;
	struct flights f;

	(void)state;
	flights_init(&f, packet_room(flights_bytes(FLIGHTS)).at, FLIGHTS, key);
	for (unsigned i = 0; i < 3 * FLIGHTS; i++) {
		probes[i] = probe_of(i % 2 ? 6 : 4, false, FLIGHT_ORIGINAL, i);
		flights[i] = keep_probe(&f, i % 2 ? 6 : 4, false, probes[i]);
		for (unsigned out = i < FLIGHTS ? 0 : i - FLIGHTS + 1; out <= i; out++) {
			flights_view(&f, flights[out], &view);
			assert_memory_equal(view.original.at, probes[out].at, FLIGHT_ORIGINAL);
		}
	}
	assert_int_equal(f.out, FLIGHTS);
	assert_int_equal(f.rests.touched, FLIGHTS * blocks_for(LONGEST));
	for (unsigned out = 2 * FLIGHTS; out < 3 * FLIGHTS; out++)
		flights_remove(&f, flights[out]);
	for (uint32_t i = f.rests.free, free = 0; i != BLOCK_NONE || free != f.rests.touched; i = f.rests.pool[i].next)
		assert_true(i != BLOCK_NONE && ++free <= f.rests.touched);
}

/* One that was added and is in no chain yet is found, removed and evicted like any other. */
static void not_in_a_chain_yet(void **state)
{
	(void)state;
	for (unsigned added = 1; added <= 3 * FLIGHT_UNCHAINED; added++)
		for (unsigned removed = 0; removed < added; removed++) {
			struct flight *flights[3 * FLIGHT_UNCHAINED];
			struct flights f;

			flights_init(&f, packet_room(flights_bytes(added)).at, added, key);
			for (unsigned i = 0; i < added; i++)
				flights[i] = keep_probe(&f, 4, false, probe_of(4, false, 60, i));
			flights_remove(&f, flights[removed]);
			for (unsigned i = 0; i < added; i++) {
				struct quote q = { .from = flight_from(flights[i]),
					.to = flight_to(flights[i]),
					.l4 = flights[i]->l4,
					.protocol = PROTOCOL_UDP };
				bool of_check;

				if (i != removed)
					assert_ptr_equal(flights_find(&f, &q, &of_check), flights[i]);
			}
			packets_free(NULL);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_length_takes_what_it_needs, packets_free),
		cmocka_unit_test_teardown(used_again, packets_free),
		cmocka_unit_test_teardown(probes_of_every_length, packets_free),
		cmocka_unit_test_teardown(a_full_table_of_long_probes, packets_free),
		cmocka_unit_test_teardown(not_in_a_chain_yet, packets_free),
	};

	return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
