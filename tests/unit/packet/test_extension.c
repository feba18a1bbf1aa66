/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include "packet/checksum.h"
#include "packet/extension.h"

static void whole_structures(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *bytes;
		bool is_whole;
	} rows[] = {
		{ "one label", "2000ddf4 00080101 00010101", true },
		{ "one label, no sum", "20000000 00080101 00010101", true },
		{ "header alone", "2000dfff", true },
		{ "header alone, no sum", "20000000", true },
		{ "reserved bits do not matter", "2fff0000 00080101 00010101", true },
		{ "an empty object", "20000000 0004c800", true },
		{ "two objects", "20000000 00080101 00010101 00040900", true },
		{ "wrong sum", "2000ddf5 00080101 00010101", false },
		{ "version 1", "10000000 00080101 00010101", false },
		{ "version 0", "00000000 00080101 00010101", false },
		{ "three bytes", "200000", false },
		{ "no bytes", "zeroes 0", false },
		{ "object longer than the rest", "20000000 000c0101 00010101", false },
		{ "object of 3 bytes", "20000000 0003c800", false },
		{ "object of 0 bytes", "20000000 00000000", false },
		{ "object of no whole word", "20000000 00060101 0001", false },
		{ "half an object header", "20000000 0008", false },
		{ "bytes behind the last object", "20000000 00080101 00010101 00", false },
		{ "an object of 64 KB", "20000000 fffc0101 00010101", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (extension_is_whole(packet_of(rows[i].bytes)) != rows[i].is_whole)
			fail_msg("%s", rows[i].name);
}

static void what_is_put(void **state)
{
	/* clang-format off */
	static const struct {
		const char *objects, *hop, *bytes;
	} rows[] = {
		{ "00080101 00010101", NULL, "2000ddf400080101 00010101" },
		{ "zeroes 0", "10.2.1.2", "2000d2ea000c0204 000100000a020102" },
		{ "00080101 00010101", "10.2.1.2", "2000d0df 00080101 00010101 000c0204 00010000 0a020102" },
		{ "zeroes 0", "2001:db8::1", "2000b027 00180204 00020000 20010db8 00000000 00000000 00000001" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr hop = addr_of(rows[i].hop ? rows[i].hop : "::");
		struct addr *named = rows[i].hop ? &hop : NULL;
		struct span objects = packet_of(rows[i].objects);
		size_t size = extension_size(objects, named);
		struct writer w = packet_room(size);

		extension_put(&w, objects, named);
		assert_packet(&w, rows[i].bytes);
		assert_int_equal(w.len, size);
		assert_true(extension_is_whole(span_of(w.at, w.len)));
		for (size_t less = 0; less < size; less++) {
			w = packet_room(less);
			extension_put(&w, objects, named);
			assert_true(w.overflow);
		}
	}
}

/* It starts where the writer is, and its checksum counts from there. */
static void behind_other_bytes(void **state)
{
	struct writer w = packet_room(3 + 16);
	struct addr hop = addr_of("10.2.1.2");

	(void)state;
	writer_zeroes(&w, 2);
	writer_u8(&w, 0xff);
	extension_put(&w, span_of(NULL, 0), &hop);
	assert_packet(&w, "0000ff 2000d2ea000c0204 000100000a020102");
}

/* Of the label stack among other objects, as many as there is room for. */
static void reads_labels(void **state)
{
	struct mpls_label labels[3];

	(void)state;
	assert_int_equal(extension_labels(packet_of("00100101 00010a01 ffffff40 000200ff 00080101 00011101"), labels,
				 3),
		3);
	assert_int_equal(labels[0].label, 16);
	assert_int_equal(labels[0].class, 5);
	assert_false(labels[0].is_bottom);
	assert_int_equal(labels[0].ttl, 1);
	assert_int_equal(labels[1].label, 0xfffff);
	assert_int_equal(labels[1].class, 7);
	assert_true(labels[1].is_bottom);
	assert_int_equal(labels[2].label, 32);
	assert_int_equal(extension_labels(packet_of("00100101 00010a01 ffffff40 000200ff"), labels, 2), 2);
	assert_int_equal(extension_labels(packet_of("00080201 00010a01 00080102 00010a01 00040101"), labels, 3), 0);
	assert_int_equal(extension_labels(packet_of("000c0204 00010000 0a020102 00080101 00011101"), labels, 3), 1);
	assert_int_equal(extension_labels(span_of(NULL, 0), labels, 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(whole_structures, packets_free),
		cmocka_unit_test_teardown(what_is_put, packets_free),
		cmocka_unit_test_teardown(reads_labels, packets_free),
		cmocka_unit_test_teardown(behind_other_bytes, packets_free),
	};

	return cmocka_run_group_tests_name("extension", tests, NULL, NULL);
}
