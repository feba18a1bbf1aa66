/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <string.h>

#include "packet/bytes.h"

static void cursor_reads_in_order(void **state)
{
	struct cursor c = cursor_of(packet_of("0102030405060708090a0b"));

	(void)state;
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_u16(&c), 0x0203);
	assert_int_equal(cursor_u32(&c), 0x04050607);
	cursor_skip(&c, 1);
	assert_memory_equal(cursor_take(&c, 2), "\x09\x0a", 2);
	assert_int_equal(c.rest.len, 1);
	assert_false(c.short_read);
	cursor_skip(&c, 1);
	cursor_skip(&c, 0);
	assert_memory_equal(cursor_take(&c, 0), "", 0);
	assert_false(c.short_read);
}

/* What runs short hands out zeroes, remembers it, and never reads on. */
static void cursor_runs_short(void **state)
{
	static const struct {
		const char *bytes;
		size_t skipped, taken;
		bool short_read;
	} rows[] = {
		{ "0102030405060708090a0b0c0d0e0f10", 0, 16, false },
		{ "0102030405060708090a0b0c0d0e0f1011", 0, 17, true }, /* more than it ever lends */
		{ "01", 0, 2, true },
		{ "0102", 1, 2, true },
		{ "0102", 3, 1, true },
		{ "0102", 2, 0, false },
		{ "01020304", 0, 4, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span s = packet_of(rows[i].bytes);
		struct cursor c = cursor_of(s);
		const uint8_t *at;

		cursor_skip(&c, rows[i].skipped);
		at = cursor_take(&c, rows[i].taken);
		assert_int_equal(c.short_read, rows[i].short_read);
		if (!rows[i].short_read)
			assert_ptr_equal(at, s.at + rows[i].skipped);
		else
			assert_memory_equal(at, (uint8_t[16]){ 0 }, 16);
		if (rows[i].short_read)
			assert_int_equal(cursor_u8(&c), 0);
	}
}

static void nothing_is_no_memory(void **state)
{
	struct cursor c = cursor_of(span_of(NULL, 0));

	(void)state;
	assert_int_equal(cursor_u32(&c), 0);
	assert_true(c.short_read);
	assert_int_equal(span_tail(span_of(NULL, 0), 0).len, 0);
}

static void spans_part(void **state)
{
	struct span s = packet_of("01020304");

	(void)state;
	assert_int_equal(span_head(s, 3).len, 3);
	assert_int_equal(span_head(s, 5).len, 4);
	assert_int_equal(span_tail(s, 3).len, 1);
	assert_ptr_equal(span_tail(s, 3).at, s.at + 3);
	assert_int_equal(span_tail(s, 4).len, 0);
	assert_int_equal(span_tail(s, 5).len, 0);
	assert_ptr_equal(span_tail(s, 5).at, s.at + 4);
}

static void writer_fills_what_it_has(void **state)
{
	struct writer w = packet_room(12);

	(void)state;
	writer_u8(&w, 1);
	writer_u16(&w, 0x0203);
	writer_u32(&w, 0x04050607);
	writer_zeroes(&w, 3);
	writer_put(&w, span_of((const uint8_t *)"\x0b\x0c", 2));
	writer_put(&w, span_of(NULL, 0));
	assert_false(w.overflow);
	assert_int_equal(w.len, 12);
	assert_memory_equal(w.at, "\1\2\3\4\5\6\7\0\0\0\x0b\x0c", 12);
	writer_u8(&w, 9);
	assert_true(w.overflow);
	assert_int_equal(w.len, 12);
}

/* One that is full stays full: a shorter piece behind it must not land in the gap. */
static void writer_remembers_overflow(void **state)
{
	struct writer w = packet_room(3);

	(void)state;
	writer_u16(&w, 0x0102);
	writer_u16(&w, 0x0304);
	assert_true(w.overflow);
	writer_u8(&w, 5);
	assert_int_equal(w.len, 2);
	writer_zeroes(&w, 1);
	assert_int_equal(w.len, 2);
}

static void patch_stays_inside(void **state)
{
	static const struct {
		size_t written, offset;
		bool overflow;
	} rows[] = { { 4, 0, false }, { 4, 2, false }, { 4, 3, true }, { 4, 4, true }, { 2, 0, false }, { 1, 0, true },
		{ 0, 0, true }, { 4, SIZE_MAX, true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct writer w = packet_room(rows[i].written);

		writer_zeroes(&w, rows[i].written);
		writer_patch_u16(&w, rows[i].offset, 0xabcd);
		assert_int_equal(w.overflow, rows[i].overflow);
		if (!rows[i].overflow)
			assert_int_equal(load_u16(w.at + rows[i].offset), 0xabcd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(cursor_reads_in_order, packets_free),
		cmocka_unit_test_teardown(cursor_runs_short, packets_free),
		cmocka_unit_test(nothing_is_no_memory),
		cmocka_unit_test_teardown(spans_part, packets_free),
		cmocka_unit_test_teardown(writer_fills_what_it_has, packets_free),
		cmocka_unit_test_teardown(writer_remembers_overflow, packets_free),
		cmocka_unit_test_teardown(patch_stays_inside, packets_free),
	};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
