/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of prefixes: what is wrong and where, and that a search finds what a look at every prefix finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/text.h"
#include "config/config.h"
#include "config/deny_list.h"

enum { PREFIXES = 3000, ASKED = 20000, LARGE = 100000 };

static char folder[32], first[64], second[64];
static struct config config;
static struct deny_list list;
static char why[CONFIG_WHY_SIZE];

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/uturn-deny-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(first, sizeof(first), "%s/a", folder);
	snprintf(second, sizeof(second), "%s/b", folder);
	config_default(&config);
	strcpy(config.deny_files[0], first);
	config.deny_file_count = 1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	deny_list_free(&list);
	unlink(first);
	unlink(second);
	return rmdir(folder);
}

static void put(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
}

static int reads(const char *text)
{
	put(first, text, strlen(text));
	why[0] = '\0';
	return deny_list_read(&config, &list, why, sizeof(why));
}

static uint8_t length_of(const char *text)
{
	const struct prefix_set set = deny_list_set(&list);
	struct addr a;

	assert_true(addr_parse(text, &a));
	return prefix_set_find(&set, &a);
}

#define TEN "xxxxxxxxxx"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
static const struct {
	const char *text, *why; /* behind the file's name */
} wrong[] = {
	{ "10/8", ":1: deny-file: '10/8' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32" },
	{ "# x\n\n 192.0.2.1/24 # y", ":3: deny-file: 192.0.2.1/24 has host bits set, did you mean '192.0.2.0/24'?" },
	{ "192.0.2.0/24\n192.0.2.0/33\n",
		":2: deny-file: '192.0.2.0/33' is not a prefix, such as 192.0.2.0/24 or "
		"2001:db8::/32" },
	{ "192.0.2.0/24 198.51.100.0/24", ":1: unexpected '198.51.100.0/24', write one prefix a line" },
	{ "deny 192.0.2.0/24", ":1: unexpected '192.0.2.0/24', write one prefix a line" },
	{ "192.0.2.0/24#x", ":1: deny-file: '192.0.2.0/24#x' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32" },
	{ "0.0.0.0/0", ":1: 0.0.0.0 denies everybody, if that is meant write 'deny 0.0.0.0/0' in the configuration" },
	{ "::/0", ":1: :: denies everybody, if that is meant write 'deny ::/0' in the configuration" },
	{ "::ffff:192.0.2.0/120", ":1: deny-file: '::ffff:192.0.2.0/120' is IPv4-mapped, write '192.0.2.0/24'" },
	{ "\x1b[2J", ":1: deny-file: '?[2J' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32" },
	{ "\n" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED, ":2: line longer than 510 bytes" },
};

static void says_what_is_wrong_and_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(reads(wrong[i].text), -1);
		if (strncmp(why, first, strlen(first)) != 0 || strcmp(why + strlen(first), wrong[i].why) != 0)
			fail_msg("%s\n\tsays %s", wrong[i].text, why);
		assert_null(list.spans4);
	}
	put(first, "192.0.2.1\0x\n192.0.2.2\n", 22);
	assert_int_equal(deny_list_read(&config, &list, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "/a:1: NUL byte, is this a text file?"));
}

static void takes_no_other_file(void **state)
{
	(void)state;
	assert_int_equal(deny_list_read(&config, &list, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "/a: No such file or directory (create it; it may be empty)"));
	assert_int_equal(mkfifo(first, 0600), 0);
	assert_int_equal(deny_list_read(&config, &list, why, sizeof(why)), -1); /* and does not wait */
	assert_non_null(strstr(why, "/a: not a regular file"));
}

static void takes_comments_and_blanks(void **state)
{
	(void)state;
	assert_int_equal(reads("\xef\xbb\xbf# bans\r\n\n192.0.2.7\r\n\t10.0.0.0/8 # x\n2001:db8::/32\n\n  # end"), 0);
	assert_int_equal(list.prefixes, 3);
	assert_int_equal(length_of("192.0.2.7"), 32);
	assert_int_equal(length_of("192.0.2.6"), 0);
	assert_int_equal(length_of("192.0.2.8"), 0);
	assert_int_equal(length_of("10.255.255.255"), 8);
	assert_int_equal(length_of("11.0.0.0"), 0);
	assert_int_equal(length_of("2001:db8:ffff::"), 32);
	assert_int_equal(length_of("2001:db9::"), 0);
	assert_int_equal(length_of("0.0.0.0"), 0);
	deny_list_free(&list);
	assert_int_equal(reads(""), 0);
	assert_int_equal(length_of("192.0.2.7"), 0);
}

static void nests(void **state)
{
	(void)state;
	assert_int_equal(reads("128.0.0.0/1\n255.0.0.0/8\n255.255.255.255\n255.255.255.254/31\n0.0.0.0/8\n0.0.0.0/31\n"
			       "255.0.0.0/8\nffff::/16\n8000::/1\n::/16\n"
			       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
		0);
	assert_int_equal(length_of("255.255.255.255"), 32);
	assert_int_equal(length_of("255.255.255.254"), 31);
	assert_int_equal(length_of("255.255.255.253"), 8);
	assert_int_equal(length_of("254.255.255.255"), 1);
	assert_int_equal(length_of("127.255.255.255"), 0);
	assert_int_equal(length_of("0.0.0.1"), 31);
	assert_int_equal(length_of("0.0.0.2"), 8);
	assert_int_equal(length_of("1.0.0.0"), 0);
	assert_int_equal(length_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 128);
	assert_int_equal(length_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), 16);
	assert_int_equal(length_of("fffe::"), 1);
	assert_int_equal(length_of("7fff::"), 0);
}

static uint32_t drawn(void)
{
	static uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* Few bits differ, so that many prefixes contain each other. */
static struct addr address(void)
{
	struct addr a = { .family = drawn() % 2 ? 4 : 6 };

	for (size_t i = 0; i < addr_size(&a); i++)
		a.bytes[i] = drawn() % 3 ? 0 : (uint8_t)(drawn() & 0x81);
	return a;
}

static void finds_the_longest(void **state)
{
	static struct prefix prefixes[PREFIXES];
	char text[ADDR_TEXT_SIZE + 4], host[ADDR_TEXT_SIZE];
	FILE *files[2] = { fopen(first, "w"), fopen(second, "w") };
	struct prefix_set set;

	(void)state;
	strcpy(config.deny_files[1], second);
	config.deny_file_count = 2;
	for (size_t i = 0; i < PREFIXES; i++) {
		struct addr a = address();

		do {
			snprintf(text, sizeof(text), "%s/%u", addr_text(&a, host),
				1 + drawn() % (8 * (unsigned)addr_size(&a)));
			assert_true(prefix_parse(text, &prefixes[i]));
			a = address();
		} while (
			prefixes[i].addr.family == 6 && prefixes[i].length >= 96 && prefixes[i].addr.bytes[11] == 0xff);
		fprintf(files[i % 2], "%s/%u\n", addr_text(&prefixes[i].addr, host), prefixes[i].length);
	}
	fclose(files[0]);
	fclose(files[1]);
	if (deny_list_read(&config, &list, why, sizeof(why)))
		fail_msg("%s", why);
	assert_int_equal(list.prefixes, PREFIXES);
	set = deny_list_set(&list);
	for (size_t i = 0; i < ASKED; i++) {
		struct addr a = address();
		uint8_t longest = 0;

		for (size_t k = 0; k < PREFIXES; k++)
			if (prefix_contains(&prefixes[k], &a) && prefixes[k].length > longest)
				longest = prefixes[k].length;
		assert_int_equal(prefix_set_find(&set, &a), longest);
	}
}

/* Not a benchmark: it would take minutes if a search were to look at each. */
static void is_fast_with_a_hundred_thousand(void **state)
{
	FILE *f = fopen(first, "w");
	struct prefix_set set;
	struct timespec from, to;
	unsigned found = 0;

	(void)state;
	for (unsigned i = 0; i < LARGE; i++)
		fprintf(f, "%u.%u.%u.%u\n", 1 + i % 200, i / 200 % 256, i / 51200 % 256, i % 251);
	fclose(f);
	assert_int_equal(deny_list_read(&config, &list, why, sizeof(why)), 0);
	assert_int_equal(list.prefixes, LARGE);
	set = deny_list_set(&list);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (unsigned i = 0; i < 1000000; i++) {
		const uint8_t bytes[4] = { (uint8_t)(1 + i % 200), (uint8_t)(i / 200), (uint8_t)(i / 51200),
			(uint8_t)(i % 251) };
		const struct addr a = addr_from(4, bytes);

		found += prefix_set_find(&set, &a) == 32;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	print_message("# %.0f ns a search\n",
		((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / 1e6);
	assert_true(found >= LARGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_what_is_wrong_and_where),
		TEST(takes_no_other_file),
		TEST(takes_comments_and_blanks),
		TEST(nests),
		TEST(finds_the_longest),
		TEST(is_fast_with_a_hundred_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
