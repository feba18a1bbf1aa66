/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/packets.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tools/uturnctl/spoof_foreign.h"
#include "tools/uturnctl/spoof_message.h"
#include "tools/uturnctl/spoof_tally.h"

static const uint64_t second = 1000000000;

static struct spoof_message message(enum spoof_kind kind, uint64_t token, const char *foreign)
{
	return (struct spoof_message){ .kind = kind, .number = 3, .token = token, .foreign = addr_of(foreign) };
}

static void write_message(const struct spoof_message *m, uint8_t bytes[SPOOF_MESSAGE_SIZE])
{
	struct writer w = writer_of(bytes, SPOOF_MESSAGE_SIZE);

	spoof_message_put(m, &w);
	assert_int_equal(w.len, SPOOF_MESSAGE_SIZE);
	assert_false(w.overflow);
}

/* Cut to its exact length, so that a byte too far is caught. */
static bool parse(const uint8_t *bytes, size_t len, struct spoof_message *m)
{
	uint8_t *copy = malloc(len ? len : 1);
	bool is_taken;

	memcpy(copy, bytes, len);
	is_taken = spoof_message_parse(span_of(copy, len), m);
	free(copy);
	return is_taken;
}

static void reads_what_it_has_written(void **state)
{
	static const struct {
		enum spoof_kind kind;
		const char *foreign, *seen;
	} rows[] = {
		{ SPOOF_OWN, "203.2.113.80", NULL },
		{ SPOOF_FOREIGN, "2001:db0::1", NULL },
		{ SPOOF_ANSWER, "203.2.113.80", "203.0.113.80" },
		{ SPOOF_ANSWER, "2001:db0::1", "2001:db8::1" },
	};
	uint8_t bytes[SPOOF_MESSAGE_SIZE], again[SPOOF_MESSAGE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spoof_message m = message(rows[i].kind, 0x0123456789abcdef, rows[i].foreign), read;

		if (rows[i].seen) {
			m.seen = addr_of(rows[i].seen);
			m.own_count = 5;
			m.foreign_count = 0x102;
			m.rewritten_count = 7;
		}
		write_message(&m, bytes);
		assert_memory_equal(bytes, "uturnsp1", 8);
		assert_memory_equal(bytes + 12, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
		assert_true(parse(bytes, sizeof(bytes), &read));
		assert_int_equal(read.kind, m.kind);
		assert_int_equal(read.number, 3);
		assert_true(read.token == m.token);
		assert_true(addr_equal(&read.foreign, &m.foreign));
		assert_true(addr_equal(&read.seen, &m.seen));
		assert_int_equal(read.foreign_count, m.foreign_count);
		write_message(&read, again);
		assert_memory_equal(bytes, again, sizeof(bytes));
	}
}

static void refuses_what_is_no_message(void **state)
{
	static const struct {
		const char *name;
		enum spoof_kind kind;
		unsigned at;
		uint8_t value; /* that byte instead */
	} rows[] = {
		{ "another magic", SPOOF_OWN, 0, 'U' },
		{ "another version", SPOOF_OWN, 7, '2' },
		{ "no kind", SPOOF_OWN, 8, 0 },
		{ "kind 4", SPOOF_OWN, 8, 4 },
		{ "family 5", SPOOF_OWN, 9, 5 },
		{ "family 0", SPOOF_OWN, 9, 0 },
		{ "foreign source is multicast", SPOOF_FOREIGN, 20, 224 },
		{ "foreign source is loopback", SPOOF_FOREIGN, 20, 127 },
		{ "bytes behind an IPv4 address", SPOOF_OWN, 24, 1 },
		{ "bytes at the end of an IPv4 address", SPOOF_OWN, 35, 1 },
		{ "a test that tells what was seen", SPOOF_OWN, 36, 1 },
		{ "a test that counts own ones", SPOOF_OWN, 53, 1 },
		{ "a test that counts foreign ones", SPOOF_FOREIGN, 55, 1 },
		{ "a test that counts rewritten ones", SPOOF_FOREIGN, 57, 1 },
		{ "an answer with bytes behind the address seen", SPOOF_ANSWER, 40, 1 },
		{ "reserved bytes", SPOOF_OWN, 58, 1 },
		{ "the last byte", SPOOF_ANSWER, 63, 1 },
	};
	uint8_t bytes[SPOOF_MESSAGE_SIZE + 1] = { 0 };
	struct spoof_message m;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spoof_message right = message(rows[i].kind, 1, "203.2.113.80");

		write_message(&right, bytes);
		assert_true(parse(bytes, SPOOF_MESSAGE_SIZE, &m));
		bytes[rows[i].at] = rows[i].value;
		if (parse(bytes, SPOOF_MESSAGE_SIZE, &m))
			fail_msg("%s", rows[i].name);
	}
	m = message(SPOOF_OWN, 1, "203.2.113.80");
	write_message(&m, bytes);
	for (size_t len = 0; len < SPOOF_MESSAGE_SIZE; len++)
		assert_false(parse(bytes, len, &m));
	assert_false(parse(bytes, SPOOF_MESSAGE_SIZE + 1, &m));
}

/* One letter a datagram: who it is from, what it says it is, and what comes back to whom. */
static void answers_only_where_it_came_from(void **state)
{
	static const struct {
		enum spoof_kind kind;
		const char *from;
		bool is_answered;
		unsigned own, foreign, rewritten; /* in the answer */
	} rows[] = {
		{ SPOOF_FOREIGN, "203.2.113.80", false, 0, 0, 0 },
		{ SPOOF_OWN, "203.0.113.80", true, 1, 1, 0 },
		{ SPOOF_FOREIGN, "198.51.100.1", false, 0, 0, 0 },
		{ SPOOF_OWN, "203.0.113.80", true, 2, 1, 1 },
		{ SPOOF_OWN, "198.51.100.1", false, 0, 0, 0 }, /* another host in the same test */
		{ SPOOF_OWN, "203.2.113.80", false, 0, 0, 0 }, /* whose address is not the sender's own */
		{ SPOOF_ANSWER, "203.0.113.80", false, 0, 0, 0 }, /* two listeners do not talk to each other */
		{ SPOOF_OWN, "2001:db8::1", false, 0, 0, 0 },
		{ SPOOF_OWN, "203.0.113.80", true, 3, 1, 1 },
	};
	struct spoof_tally *t = calloc(1, sizeof(*t));
	struct spoof_message answer;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spoof_message m = message(rows[i].kind, 99, "203.2.113.80");
		struct addr from = addr_of(rows[i].from);

		if (spoof_tally_take(t, &from, &m, second, &answer) != rows[i].is_answered)
			fail_msg("row %zu", i);
		if (!rows[i].is_answered)
			continue;
		assert_int_equal(answer.kind, SPOOF_ANSWER);
		assert_int_equal(answer.number, 3);
		assert_true(answer.token == 99);
		assert_true(addr_equal(&answer.seen, &from));
		assert_int_equal(answer.own_count, rows[i].own);
		assert_int_equal(answer.foreign_count, rows[i].foreign);
		assert_int_equal(answer.rewritten_count, rows[i].rewritten);
	}
	free(t);
}

static unsigned answers(struct spoof_tally *t, uint64_t token, unsigned count, uint64_t now_ns)
{
	struct spoof_message m = message(SPOOF_OWN, token, "203.2.113.80"), answer;
	struct addr from = addr_of("203.0.113.80");
	unsigned answered = 0;

	while (count--)
		answered += spoof_tally_take(t, &from, &m, now_ns, &answer);
	return answered;
}

static void answers_so_many_and_no_more(void **state)
{
	struct spoof_tally *t = calloc(1, sizeof(*t));
	struct spoof_tally_test over;
	unsigned answered = 0;

	(void)state;
	assert_int_equal(answers(t, 1, 100, second), SPOOF_TALLY_ANSWERS);
	for (uint64_t token = 2; token < 100; token++)
		answered += answers(t, token, 4, second);
	assert_int_equal(answered, SPOOF_TALLY_RATE - SPOOF_TALLY_ANSWERS);
	assert_int_equal(answers(t, 200, 1, second + second / SPOOF_TALLY_RATE - 1), 0);
	assert_int_equal(answers(t, 200, 2, second + second / SPOOF_TALLY_RATE), 1);
	for (uint64_t token = 1000; token < 2000; token++) /* the table is full: nothing for the later ones */
		answers(t, token, 1, 2 * second);
	assert_int_equal(t->used, SPOOF_TALLY_TESTS);
	assert_int_equal(answers(t, 3000, 1, 2 * second), 0);
	while (spoof_tally_over(t, 3 * second, &over))
		;
	assert_int_equal(t->used, 0);
	assert_int_equal(answers(t, 3000, 1, 3 * second), 1);
	free(t);
}

static void tells_a_test_when_it_is_over(void **state)
{
	struct spoof_tally *t = calloc(1, sizeof(*t));
	struct spoof_tally_test over;

	(void)state;
	answers(t, 7, 2, second);
	answers(t, 7, 1, second + 500);
	assert_false(spoof_tally_over(t, 2 * second + 499, &over));
	assert_true(spoof_tally_over(t, 2 * second + 500, &over));
	assert_true(over.token == 7);
	assert_int_equal(over.own_count, 3);
	assert_false(spoof_tally_over(t, 9 * second, &over));
	free(t);
}

static void chooses_an_address_of_another_network(void **state)
{
	static const struct {
		const char *own, *networks[2], *expected; /* NULL: none */
	} rows[] = {
		{ "192.0.4.80", { NULL, NULL }, "192.2.4.80" },
		{ "192.0.4.80", { "192.0.4.80/24", "192.0.4.80/32" }, "192.2.4.80" },
		{ "192.0.4.80", { "192.0.4.80/14", NULL }, "192.4.4.80" }, /* outside the on-link prefix */
		{ "192.0.4.80", { "192.0.4.80/32", "192.2.4.1/24" }, "192.4.4.80" }, /* nor in another one of ours */
		{ "192.170.0.1", { NULL, NULL }, "192.174.0.1" }, /* 192.168/16 would be dropped anywhere */
		{ "169.252.0.1", { NULL, NULL }, "169.248.0.1" }, /* 169.254/16 is no host's */
		{ "10.0.0.1", { "10.0.0.1/8", NULL }, "11.0.0.1" }, /* private to private would be ours */
		{ "10.0.0.1", { "10.0.0.1/24", NULL }, "10.2.0.1" },
		{ "2001:db8:80::80", { "2001:db8:80::80/64", NULL }, "2001:db0:80::80" },
		{ "2a01:4f8::1", { "2a01:4f8::1/64", NULL }, "2a01:4f0::1" },
		{ "192.0.4.80", { "0.0.0.0/0", NULL }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct spoof_networks *n = calloc(1, sizeof(*n));
		struct addr own = addr_of(rows[i].own), foreign = { 0 }, expected;
		char text[ADDR_TEXT_SIZE];

		while (n->count < 2 && rows[i].networks[n->count]) {
			assert_true(prefix_parse(rows[i].networks[n->count], &n->prefixes[n->count]));
			n->count++;
		}
		assert_int_equal(spoof_foreign_choose(n, &own, &foreign), rows[i].expected != NULL);
		if (rows[i].expected) {
			expected = addr_of(rows[i].expected);
			if (!addr_equal(&foreign, &expected))
				fail_msg("%s: %s", rows[i].own, addr_text(&foreign, text));
		}
		free(n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_has_written),
		cmocka_unit_test(refuses_what_is_no_message),
		cmocka_unit_test(answers_only_where_it_came_from),
		cmocka_unit_test(answers_so_many_and_no_more),
		cmocka_unit_test(tells_a_test_when_it_is_over),
		cmocka_unit_test(chooses_an_address_of_another_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
