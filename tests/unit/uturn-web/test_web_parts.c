/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small parts of uturn-web: limits, buffers, texts of strangers, challenges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/text.h"
#include "enrich/names.h"
#include "enrich/place.h"
#include "tools/uturn-web/acme.h"
#include "tools/uturn-web/buffer.h"
#include "tools/uturn-web/quota.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static void limits_one_and_all(void **state)
{
	struct quota *l = calloc(1, sizeof(*l));
	struct addr a = addr_of("192.0.2.1"), b = addr_of("2001:db8::1"), same = addr_of("2001:db8::ffff:1");
	const uint64_t second = 1000000000;

	(void)state;
	l->allowance = (struct allowance){ 2, 3, 2, 3 };
	assert_true(quota_connect(l, &b, 1) && quota_connect(l, &same, 1) && !quota_connect(l, &b, 1));
	assert_true(quota_connect(l, &a, 1) && !quota_connect(l, &a, 1)); /* all */
	quota_disconnect(l, &same);
	assert_true(quota_connect(l, &b, 1));
	assert_true(quota_trace(l, &b, 1) && quota_trace(l, &same, 1) && !quota_trace(l, &b, 1));
	assert_true(quota_trace(l, &a, 1) && !quota_trace(l, &a, 1));
	assert_false(quota_trace(l, &b, 29 * second));
	assert_true(quota_trace(l, &b, 31 * second));
	free(l);
}

/* Whoever has a network has many prefixes. */
static void limits_networks(void **state)
{
	struct quota *l = calloc(1, sizeof(*l));
	struct addr one = addr_of("2001:db8:5::1"), other = addr_of("2001:db8:6::1");

	(void)state;
	l->allowance = (struct allowance){ 1, 16, 1, 16 };
	for (uint8_t i = 0; i < 8; i++) {
		one.bytes[7] = i; /* another /64 */
		assert_int_equal(quota_connect(l, &one, 1), i < 4);
		assert_int_equal(quota_trace(l, &one, 1), i < 4);
	}
	assert_true(quota_connect(l, &other, 1) && quota_trace(l, &other, 1));
	one.bytes[7] = 0;
	quota_disconnect(l, &one);
	one.bytes[7] = 7;
	assert_true(quota_connect(l, &one, 1) && !quota_connect(l, &one, 1));
	free(l);
}

/* A /64 has no end of addresses, a set of the table has. */
static void forgets_only_the_idle(void **state)
{
	struct quota *l = calloc(1, sizeof(*l));
	unsigned refused = 0;

	(void)state;
	l->allowance = (struct allowance){ 1, 1000000, 1, 1000000 };
	for (unsigned i = 0; i < 2 * QUOTA_SETS * QUOTA_WAYS; i++) {
		struct addr a = addr_of("10.0.0.0"); /* 128 networks */

		a.bytes[1] = (uint8_t)(i >> 16);
		a.bytes[2] = (uint8_t)(i >> 8);
		a.bytes[3] = (uint8_t)i;
		refused += !quota_connect(l, &a, 1);
	}
	assert_in_range(refused, QUOTA_SETS * QUOTA_WAYS, 2 * QUOTA_SETS * QUOTA_WAYS - 1);
	free(l);
}

static void buffers_hold_so_much_and_no_more(void **state)
{
	struct buffer b = { 0 };
	char piece[1000];

	(void)state;
	memset(piece, 'x', sizeof(piece));
	for (int i = 0; i < 65; i++)
		assert_true(buffer_put(&b, piece, sizeof(piece)));
	assert_false(buffer_put(&b, piece, sizeof(piece)));
	assert_int_equal(b.len, 65000);
	buffer_take(&b, 64000);
	assert_true(buffer_put(&b, "end", 3));
	assert_memory_equal(buffer_bytes(&b) + 1000, "end", 3);
	buffer_take(&b, 1003);
	assert_null(b.at);
}

static void buffers_share_a_pool(void **state)
{
	struct buffer_pool all = { .most = 6144 }, one = { .most = 4096, .above = &all },
			   other = { .most = 4096, .above = &all };
	struct buffer a = { .pool = &one }, b = { .pool = &one }, c = { .pool = &other };
	char piece[2048] = "";

	(void)state;
	assert_true(buffer_put(&a, piece, sizeof(piece)) && buffer_put(&b, piece, sizeof(piece)));
	assert_false(buffer_put(&a, "x", 1)); /* its own pool */
	assert_true(a.is_short && a.len == sizeof(piece));
	assert_true(buffer_put(&c, piece, sizeof(piece)));
	assert_false(buffer_put(&c, "x", 1)); /* that of all */
	assert_int_equal(all.used, 6144);
	buffer_take(&a, sizeof(piece));
	assert_false(a.is_short);
	assert_true(buffer_put(&c, "x", 1)); /* there is room again */
	buffer_free(&b);
	buffer_free(&c);
	assert_int_equal(one.used + other.used + all.used, 0);
}

static const struct {
	const char *text, *kept;
} texts[] = {
	{ "", "" },
	{ "Deutsche Telekom", "Deutsche " },
	{ "K\xc3\xb6ln", "K\xc3\xb6ln" },
	{ "12345678\xc3\xb6", "12345678" }, /* no half a character */
	{ "a\x1b[2J", "" },
	{ "a\xc2\x9b", "" }, /* CSI as C1 */
	{ "a\xff", "" },
	{ "a\xc3", "" },
	{ "\xed\xa0\x80", "" }, /* half a surrogate pair */
	{ "\xc0\xaf", "" }, /* overlong */
	{ "\xf4\x90\x80\x80", "" },
	{ "\xf0\x9f\x8c\x8d", "\xf0\x9f\x8c\x8d" },
};

static void keeps_texts_of_strangers_clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i].text);
		char field[10], *copy = malloc(len ? len : 1);

		memcpy(copy, texts[i].text, len);
		place_text(field, sizeof(field), copy, len);
		assert_string_equal(field, texts[i].kept);
		free(copy);
	}
	assert_true(names_is_hostname("ae-1.r01.fra_2.example.net"));
	assert_false(names_is_hostname("") || names_is_hostname("a b") || names_is_hostname("<b>") ||
		names_is_hostname("a\x1b[2J") || names_is_hostname(".x") || names_is_hostname("-x"));
}

static void file_write(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void reads_challenges_and_nothing_else(void **state)
{
	static const char *const things[] = { "token", "link", "fifo", "folder", "large" };
	char root[] = "/tmp/uturn-acme.XXXXXX", bytes[16] = { 0 };

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(chdir(root), 0);
	assert_int_equal(acme_read(root, "token", bytes, sizeof(bytes)), -ENOENT);
	assert_int_equal(mkdir(".well-known", 0700), 0);
	assert_int_equal(mkdir(".well-known/acme-challenge", 0700), 0);
	assert_int_equal(chdir(".well-known/acme-challenge"), 0);
	file_write("large", bytes, sizeof(bytes));
	file_write("token", "answer", 6);
	assert_int_equal(symlink("/etc/passwd", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(acme_read(root, "token", bytes, sizeof(bytes)), 6);
	assert_memory_equal(bytes, "answer", 6);
	for (size_t i = 1; i < sizeof(things) / sizeof(things[0]); i++)
		assert_true(acme_read(root, things[i], bytes, sizeof(bytes)) < 0);
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		assert_int_equal(remove(things[i]), 0);
	assert_int_equal(chdir(root), 0);
	assert_int_equal(rmdir(".well-known/acme-challenge") + rmdir(".well-known") + rmdir(root), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_one_and_all),
		cmocka_unit_test(limits_networks),
		cmocka_unit_test(forgets_only_the_idle),
		cmocka_unit_test(buffers_hold_so_much_and_no_more),
		cmocka_unit_test(buffers_share_a_pool),
		cmocka_unit_test(keeps_texts_of_strangers_clean),
		cmocka_unit_test(reads_challenges_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
