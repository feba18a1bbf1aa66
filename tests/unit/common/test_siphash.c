/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/siphash.h"

/*
 * SipHash-1-3 of the bytes 0, 1, 2, ... under the key 0, 1, ... 15, as in the
 * reference vectors, for the lengths that are whole words. Computed by an
 * implementation of its own that agrees with CPython's, and with the
 * reference for SipHash-2-4.
 */
static void reference_vectors(void **state)
{
	static const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	static const uint64_t sums[] = {
		0xabac0158050fc4dc,
		0x369095118d299a8e,
		0xcc4fdd1a7d908b66,
		0xf464aeb267349c8c,
		0x81157b6c16a7b60d,
		0xc1d2363299e41531,
		0x9f3143f8df074c46,
		0xb4bcc0db243c6d75,
	};
	uint64_t words[8];

	(void)state;
	for (uint64_t i = 0; i < 8; i++)
		words[i] = 0x0706050403020100 + i * 0x0808080808080808;
	for (size_t count = 0; count < 8; count++)
		assert_int_equal(siphash(key, words, count), sums[count]);
}

/* hash(bytes) of CPython 3.11 with PYTHONHASHSEED=42, which makes this key. */
static void python_agrees(void **state)
{
	static const uint64_t key[2] = { 0xdc504fd368cd90af, 0xb920bb9ffe99e9c1 };
	static const uint64_t words[] = { 0x59524b443d362f28, 0x918a837c756e6760, 0xc9c2bbb4ada69f98,
		0x01faf3ece5ded7d0, 0x39322b241d160f08 };

	(void)state;
	assert_int_equal(siphash(key, words, 5), 0x09a3bdc435a252e0);
}

static void every_part_counts(void **state)
{
	static const uint64_t words[3] = { 1, 2, 3 };
	uint64_t sum = siphash((const uint64_t[2]){ 4, 5 }, words, 3);

	(void)state;
	assert_int_not_equal(sum, siphash((const uint64_t[2]){ 5, 4 }, words, 3));
	assert_int_not_equal(sum, siphash((const uint64_t[2]){ 4, 5 }, words, 2));
	assert_int_not_equal(sum, siphash((const uint64_t[2]){ 4, 5 }, (const uint64_t[3]){ 1, 2, 0 }, 3));
	assert_int_not_equal(sum, siphash((const uint64_t[2]){ 4, 5 }, (const uint64_t[3]){ 2, 1, 3 }, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference_vectors),
		cmocka_unit_test(python_agrees),
		cmocka_unit_test(every_part_counts),
	};

	return cmocka_run_group_tests_name("siphash", tests, NULL, NULL);
}
