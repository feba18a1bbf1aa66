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

static void reads_interfaces(void **state)
{
	/* clang-format off */
	static const struct {
		const char *bytes;
		size_t count;
		struct interface_info first;
		const char *addr;
	} rows[] = {
		{ "000c0204 00010000 0a020102", 1, { .role = INTERFACE_INCOMING }, "10.2.1.2" },
		{ "00180284 00020000 20010db8 00000000 00000000 00000001", 1, { .role = INTERFACE_OUTGOING }, "2001:db8::1" },
		{ "0020028f 00000007 00010000 c0000201 0c 65746830 000000 00000000 000005dc", 1,
			{ INTERFACE_OUTGOING, true, 7, 1500, { 0 }, "eth0" }, "192.0.2.1" },
		{ "00080101 00010a01 00080208 00000009", 1, { .role = INTERFACE_INCOMING, .has_index = true, .index = 9 }, NULL },
		{ "00040200 000802c8 00000009", 2, { .role = INTERFACE_INCOMING }, NULL },
		{ "00080202 04651b30", 1, { .role = INTERFACE_INCOMING }, NULL }, /* a name with an escape character */
		{ "00080204 00010000", 0, { 0 }, NULL }, /* no address */
		{ "000c0204 00030000 0a020102", 0, { 0 }, NULL }, /* of another family */
		{ "00080202 08657468", 0, { 0 }, NULL }, /* a name longer than the object */
		{ "00080202 00657468", 0, { 0 }, NULL },
		{ "00080202 03657468", 0, { 0 }, NULL },
		{ "000c0208 00000009 00000000", 0, { 0 }, NULL }, /* bytes behind the last part */
		{ "zeroes 0", 0, { 0 }, NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct interface_info got[3] = { { 0 } }, wanted = rows[i].first;

		if (rows[i].addr)
			wanted.addr = addr_of(rows[i].addr);
		if (extension_interfaces(packet_of(rows[i].bytes), got, 3) != rows[i].count)
			fail_msg("%s", rows[i].bytes);
		if (!rows[i].count)
			continue;
		if (got[0].role != wanted.role || got[0].has_index != wanted.has_index ||
			got[0].index != wanted.index || got[0].mtu != wanted.mtu ||
			!addr_equal(&got[0].addr, &wanted.addr) || strcmp(got[0].name, wanted.name) != 0)
			fail_msg("%s: index %u, MTU %u, '%s'", rows[i].bytes, got[0].index, got[0].mtu, got[0].name);
	}
	assert_int_equal(extension_interfaces(packet_of("00040200 00040200"), (struct interface_info[1]){ { 0 } }, 1),
		1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(whole_structures, packets_free),
		cmocka_unit_test_teardown(what_is_put, packets_free),
		cmocka_unit_test_teardown(reads_labels, packets_free),
		cmocka_unit_test_teardown(reads_interfaces, packets_free),
		cmocka_unit_test_teardown(behind_other_bytes, packets_free),
	};

	return cmocka_run_group_tests_name("extension", tests, NULL, NULL);
}
