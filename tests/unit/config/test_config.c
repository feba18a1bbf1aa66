/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "config/config.h"
#include "config/config_keywords.h"
#include "tests/example.h"

/* Cut to its exact length, so that a byte too far is caught. */
static int parse(const char *text, size_t len, struct config *c, char why[CONFIG_WHY_SIZE])
{
	char *copy = malloc(len ? len : 1);
	int result;

	memcpy(copy, text, len);
	why[0] = '\0';
	result = config_parse("f", copy, len, c, why, CONFIG_WHY_SIZE);
	free(copy);
	return result;
}

#define LONG_WORD "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LIKE_A_PEER "is not an address, such as 192.0.2.1, 192.0.2.1:8874 or [2001:db8::1]:8874"

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "queu 5", "f:1: unknown keyword 'queu', did you mean 'queue'?" },
	{ "\n\n# x\n  frobnicate 5", "f:4: unknown keyword 'frobnicate', uturnd.conf(5) lists them" },
	{ "Queue 5", "f:1: unknown keyword 'Queue', did you mean 'queue'?" },
	{ "\xc3\xa4 5", "f:1: unknown keyword '?\?', uturnd.conf(5) lists them" },
	{ "a\x1b[2J 5", "f:1: unknown keyword 'a?[2J', uturnd.conf(5) lists them" },
	{ "queue", "f:1: queue: missing value, write 'queue N[:M]'" },
	{ "queue # 5", "f:1: queue: missing value, write 'queue N[:M]'" },
	{ "queue 5 6", "f:1: queue: unexpected '6', write 'queue N[:M]'" },
	{ "queue 5 6 7 8 9", "f:1: queue: unexpected '6', write 'queue N[:M]'" },
	{ "queue 65536", "f:1: queue: '65536' is not a number or range N:M between 0 and 65535" },
	{ "queue 5:", "f:1: queue: '5:' is not a number or range N:M between 0 and 65535" },
	{ "queue -1", "f:1: queue: '-1' is not a number or range N:M between 0 and 65535" },
	{ "queue 5:4", "f:1: queue: '5:4' must ascend and span at most 32 queues" },
	{ "queue 5:37", "f:1: queue: '5:37' must ascend and span at most 32 queues" },
	{ "queue 99999999999999999999",
		"f:1: queue: '99999999999999999999' is not a number or range N:M between 0 and 65535" },
	{ "queue 5\nmax-ttl 9\nqueue 5", "f:3: queue: line 1 has set it already, keep one of them" },
	{ "max-ttl 0", "f:1: max-ttl: '0' is not a number between 1 and 63" },
	{ "max-ttl 64", "f:1: max-ttl: '64' is not a number between 1 and 63" },
	{ "max-ttl 5#x", "f:1: max-ttl: '5#x' is not a number between 1 and 63" }, /* a comment starts a word */
	{ "max-ttl 5x", "f:1: max-ttl: '5x' is not a number between 1 and 63" },
	{ "turn flw", "f:1: turn: 'flw' is not one of flow|mirror, did you mean 'flow'?" },
	{ "turn backwards", "f:1: turn: 'backwards' is not one of flow|mirror" },
	{ "answer-from\trouter\nanswer-from self", "f:2: answer-from: line 1 has set it already, keep one of them" },
	{ "answer-from self\nanswer-from auto", "f:2: answer-from: line 1 has set it already, keep one of them" },
	{ "answer-from6 atuo", "f:1: answer-from6: 'atuo' is not one of router|self|auto, did you mean 'auto'?" },
	{ "inflection silence",
		"f:1: inflection: 'silence' is not one of auto|target|silent|ADDR, did you mean 'silent'?" },
	{ "inflection 127.0.0.1", "f:1: inflection: 127.0.0.1 is not a unicast host address" },
	{ "inflection ff02::1", "f:1: inflection: ff02::1 is not a unicast host address" },
	{ "inflection 192.0.2.1\ninflection 192.0.2.2",
		"f:2: inflection: line 1 has set it already, keep one of them" },
	{ "inflection auto\ninflection silent", "f:2: inflection: line 1 has set it already, keep one of them" },
	{ "reach-check yes", "f:1: reach-check: 'yes' is not one of on|off" },
	{ "in-flight 0", "f:1: in-flight: '0' is not a number between 1 and 4194304" },
	{ "keep 5", "f:1: keep: '5' is not a time between 100ms and 10m, such as 5s" },
	{ "keep 99ms", "f:1: keep: '99ms' is not a time between 100ms and 10m, such as 5s" },
	{ "keep 11m", "f:1: keep: '11m' is not a time between 100ms and 10m, such as 5s" },
	{ "keep 5h", "f:1: keep: '5h' is not a time between 100ms and 10m, such as 5s" },
	{ "keep 5mss", "f:1: keep: '5mss' is not a time between 100ms and 10m, such as 5s" },
	{ "keep 307445734561826m", "f:1: keep: '307445734561826m' is not a time between 100ms and 10m, such as 5s" },
	{ "deny 10/8", "f:1: deny: '10/8' is not a prefix, such as 192.0.2.0/24 or 2001:db8::/32" },
	{ "request-from ::ffff:192.0.2.1",
		"f:1: request-from: '::ffff:192.0.2.1' is IPv4-mapped, write '192.0.2.1/32'" },
	{ "inflection ::ffff:192.0.2.1",
		"f:1: inflection: ::ffff:192.0.2.1 is not a unicast host address, did you mean '192.0.2.1'?" },
	{ "deny 10.1.2.3/8", "f:1: deny: 10.1.2.3/8 has host bits set, did you mean '10.0.0.0/8'?" },
	{ "deny ::ffff:192.0.2.0/120", "f:1: deny: '::ffff:192.0.2.0/120' is IPv4-mapped, write '192.0.2.0/24'" },
	{ "allow ::ffff:192.0.2.7", "f:1: allow: '::ffff:192.0.2.7' is IPv4-mapped, write '192.0.2.7/32'" },
	{ "request-from ::ffff:0:0/96", "f:1: request-from: '::ffff:0:0/96' is IPv4-mapped, write '0.0.0.0/0'" },
	{ "peer 192.0.2.300", "f:1: peer: '192.0.2.300' " LIKE_A_PEER },
	{ "peer 192.0.2.1:0", "f:1: peer: '192.0.2.1:0' " LIKE_A_PEER },
	{ "peer 192.0.2.1:65536", "f:1: peer: '192.0.2.1:65536' " LIKE_A_PEER },
	{ "peer 192.0.2.1:", "f:1: peer: '192.0.2.1:' " LIKE_A_PEER },
	{ "peer [2001:db8::1]", "f:1: peer: '[2001:db8::1]' " LIKE_A_PEER },
	{ "peer [2001:db8::1]:0", "f:1: peer: '[2001:db8::1]:0' " LIKE_A_PEER },
	{ "peer [192.0.2.1]:9x", "f:1: peer: '[192.0.2.1]:9x' " LIKE_A_PEER },
	{ "peer host.example:8874", "f:1: peer: 'host.example:8874' " LIKE_A_PEER },
	{ "peer :8874", "f:1: peer: ':8874' " LIKE_A_PEER },
	{ "peer 192.0.2.1/32", "f:1: peer: '192.0.2.1/32' " LIKE_A_PEER },
	{ "peer 255.255.255.255", "f:1: peer: 255.255.255.255 is not a unicast host address" },
	{ "peer 0.0.0.0:9", "f:1: peer: 0.0.0.0:9 is not a unicast host address" },
	{ "peer-listen 127.0.0.1:65535", "f:1: peer-listen: 127.0.0.1:65535 is not a unicast host address" },
	{ "peer-listen 192.0.2.1 192.0.2.2",
		"f:1: peer-listen: unexpected '192.0.2.2', write 'peer-listen ADDR[:PORT]'" },
	{ "peer", "f:1: peer: missing value, write 'peer ADDR[:PORT]'" },
	{ "peer-key key", "f:1: peer-key: 'key' is not an absolute path of at most 107 bytes" },
	{ "peer 224.0.0.1", "f:1: peer: 224.0.0.1 is not a unicast host address" },
	{ "peer-listen ::", "f:1: peer-listen: :: is not a unicast host address" },
	{ "peer 192.0.2.1\npeer 192.0.2.1:8874", "f:2: peer: line 1 has 192.0.2.1:8874 already" },
	{ "peer-listen 192.0.2.1\npeer-listen 192.0.2.2",
		"f:2: peer-listen: line 1 has set it already, keep one of them" },
	{ "peer-listen 192.0.2.1\n\npeer 192.0.2.2",
		"f:3: peer: a key is missing, make one by `uturnctl peer-key FILE` and add 'peer-key FILE'" },
	{ "peer-key /k\npeer 192.0.2.2",
		"f:2: peer: an own IPv4 address to send from is missing, add 'peer-listen ADDRESS'" },
	{ "peer-key /k\npeer-listen 192.0.2.1\npeer 192.0.2.2\npeer 2001:db8::2",
		"f:4: peer: an own IPv6 address to send from is missing, add 'peer-listen ADDRESS'" },
	{ "peer-limit 0/s", "f:1: peer-limit: '0/s' is not a rate between 1/s and 100000000/s" },
	{ "peer-limit 5", "f:1: peer-limit: '5' is not a rate between 1/s and 100000000/s" },
	{ "deny-file bans", "f:1: deny-file: 'bans' is not an absolute path of at most 107 bytes" },
	{ "deny-file /" LONG_WORD LONG_WORD,
		"f:1: deny-file: '/" LONG_WORD LONG_WORD "' is not an absolute path of at most 107 bytes" },
	{ "deny-file /1\ndeny-file /2\ndeny-file /3\ndeny-file /4\ndeny-file /5\ndeny-file /6\n"
	  "deny-file /7\ndeny-file /8\ndeny-file /9",
		"f:9: deny-file: more than 8 files" },
	{ "deny 10.0.0.0/8\nallow 10.0.0.0/8", "f:2: allow: line 1 has 10.0.0.0/8 already, keep one of them" },
	{ "allow 0.0.0.0/0\ndeny 0.0.0.0/0", "f:2: deny: line 1 has 0.0.0.0/0 already, keep one of them" },
	{ "queue 5\nallow 10.0.0.0/8",
		"f:2: allow: 10.0.0.0/8 has no effect while every prober is allowed, add 'deny 0.0.0.0/0'" },
	{ "allow 192.0.2.0/24\nallow 192.0.0.0/16", /* the first is refused unless it is allowed */
		"f:2: allow: 192.0.0.0/16 has no effect while every prober is allowed, add 'deny 0.0.0.0/0'" },
	{ "deny 0.0.0.0/0\nallow fd00::/8",
		"f:2: allow: fd00::/8 has no effect while every prober is allowed, add 'deny ::/0'" },
	{ "limit 5/s", "f:1: limit: missing value, write 'limit N/s per-prober|per-network|total'" },
	{ "limit 5 total", "f:1: limit: '5' is not a rate between 1/s and 100000000/s" },
	{ "limit 0/s total", "f:1: limit: '0/s' is not a rate between 1/s and 100000000/s" },
	{ "limit 5/m total", "f:1: limit: '5/m' is not a rate between 1/s and 100000000/s" },
	{ "limit 5/s totl",
		"f:1: limit: 'totl' is not one of N/s per-prober|per-network|total, did you mean 'total'?" },
	{ "limit 5/s total\nlimit 6/s per-prober\nlimit 7/s total",
		"f:3: limit: line 1 has set it already, keep one of them" },
	{ "interface a/b", "f:1: interface: 'a/b' is not a name of at most 15 bytes without '/' and ':'" },
	{ "interface ..", "f:1: interface: '..' is not a name of at most 15 bytes without '/' and ':'" },
	{ "interface sixteen-bytes-xx",
		"f:1: interface: 'sixteen-bytes-xx' is not a name of at most 15 bytes without '/' and ':'" },
	{ "user -x", "f:1: user: '-x' is not a name of at most 32 bytes without '/' and ':'" },
	{ "operator-group a:b", "f:1: operator-group: 'a:b' is not a name of at most 32 bytes without '/' and ':'" },
	{ "contact a=b",
		"f:1: contact: 'a=b' is not a URL or mail address of at most 64 letters, digits and -._~:/@%+" },
	{ "contact h\xc3\xa9@example.net",
		"f:1: contact: 'h??@example.net' is not a URL or mail address of at most 64 letters, digits and -._~:/@%+" },
	{ "contact https://a234567890123456789012345678901234567890.example.net/67890a",
		"f:1: contact: 'https://a234567890123456789012345678901234567890.example.net/67890a' is not a URL or mail address of at most 64 letters, digits and -._~:/@%+" },
	{ "contact", "f:1: contact: missing value, write 'contact TEXT|none'" },
	{ "contact none\ncontact noc@example.net", "f:2: contact: line 1 has set it already, keep one of them" },
	{ "operator-group noc\noperator-group none",
		"f:2: operator-group: line 1 has set it already, keep one of them" },
	{ "control run/x", "f:1: control: 'run/x' is not an absolute path of at most 107 bytes" },
	{ "control /" LONG_WORD LONG_WORD,
		"f:1: control: '/" LONG_WORD LONG_WORD "' is not an absolute path of at most 107 bytes" },
	{ "mark 0x100000000", "f:1: mark: '0x100000000' is not a number between 0 and 4294967295" },
	{ "mark 0x", "f:1: mark: '0x' is not a number between 0 and 4294967295" },
	{ "request-from 192.0.2.1/24",
		"f:1: request-from: 192.0.2.1/24 has host bits set, did you mean '192.0.2.0/24'?" },
	{ "request 0n", "f:1: request: '0n' is not one of on|off" },
	{ "inband 0n", "f:1: inband: '0n' is not one of on|off" },
	{ LONG_WORD LONG_WORD LONG_WORD LONG_WORD LONG_WORD LONG_WORD LONG_WORD LONG_WORD,
		"f:1: line of 512 bytes, expected at most 511" },
};

static void says_what_is_wrong_and_where(void **state)
{
	struct config c, untouched;
	char why[CONFIG_WHY_SIZE];

	(void)state;
	memset(&untouched, 0x55, sizeof(untouched));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(&c, 0x55, sizeof(c));
		if (parse(wrong[i].text, strlen(wrong[i].text), &c, why) != -1 || strcmp(why, wrong[i].why) != 0)
			fail_msg("%s\n\tsays %s", wrong[i].text, why);
		assert_memory_equal(&c, &untouched, sizeof(c));
	}
}

static void refuses_a_nul_byte(void **state)
{
	struct config c;
	char why[CONFIG_WHY_SIZE];

	(void)state;
	assert_int_equal(parse("queue 5\nmark\0 5\n", 16, &c, why), -1);
	assert_string_equal(why, "f:2: NUL byte, is this a text file?");
}

static void cuts_words_that_do_not_fit(void **state)
{
	struct config c;
	char why[12];

	(void)state;
	assert_int_equal(config_parse("f", "queu 5", 6, &c, why, sizeof(why)), -1);
	assert_string_equal(why, "f:1: unknow");
	assert_int_equal(config_parse("a-long-file-name", "queu 5", 6, &c, why, sizeof(why)), -1);
	assert_string_equal(why, "a-long-file");
}

/* Every spelling that means the defaults. */
static void reads_the_same_from_all_of_these(void **state)
{
	static const char *const rows[] = {
		"",
		"\n",
		"\n\n\r\n",
		"#",
		"# queu 5",
		"   \t # x",
		"\xef\xbb\xbfqueue 5",
		"queue 5",
		"queue 5\r\n",
		"\tqueue\t 5 \t\r\nmax-ttl 32",
		"queue 5:5 # a comment",
		"mark 0x54",
		"mark 84",
		"keep 5000ms",
		"keep 5s",
		"interface all",
		"allow 0.0.0.0/0\nallow ::/0",
		"request off\ninband off\ninband-ports 80,443\nrequire-padding no",
	};
	struct config c, expected;
	char why[CONFIG_WHY_SIZE];

	(void)state;
	config_default(&expected);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i], strlen(rows[i]), &c, why) != 0)
			fail_msg("%s", why);
		assert_memory_equal(&c, &expected, sizeof(c));
	}
}

static void has_the_documented_defaults(void **state)
{
	struct config c;

	(void)state;
	config_default(&c);
	assert_int_equal(c.queue_first, 5);
	assert_int_equal(c.queue_last, 5);
	assert_int_equal(c.max_ttl, 32);
	assert_int_equal(c.turn, TURN_FLOW);
	assert_int_equal(c.answer_from4, ANSWER_FROM_ROUTER);
	assert_int_equal(c.answer_from6, ANSWER_FROM_ROUTER);
	assert_int_equal(c.answer_from_chosen4, CHOSEN_BY_FILE);
	assert_int_equal(c.answer_from_chosen6, CHOSEN_BY_FILE);
	assert_int_equal(c.inflection, INFLECTION_AUTO);
	assert_int_equal(c.inflection4.family, 0);
	assert_int_equal(c.inflection6.family, 0);
	assert_int_equal(c.tcp_answer, TCP_ANSWER_RST);
	assert_true(c.reach_check);
	assert_true(c.pace);
	assert_int_equal(c.in_flight, 65536);
	assert_int_equal(c.keep_ns, 5000000000);
	assert_int_equal(c.access_count, 2);
	assert_true(c.access[0].is_allowed && c.access[1].is_allowed);
	assert_int_equal(c.limit_per_prober, 200);
	assert_int_equal(c.limit_per_network, 2000);
	assert_int_equal(c.limit_total, 20000);
	assert_string_equal(c.interface, "");
	assert_string_equal(c.control, "/run/uturn/control");
	assert_string_equal(c.user, "uturn");
	assert_int_equal(c.mark, 0x54);
	assert_false(c.request || c.inband);
	assert_false(c.require_padding || c.request_from_count || c.request_target_count);
}

static void shares(void **state)
{
	static const struct {
		const char *text;
		uint32_t in_flight, limit_per_network, limit_total;
	} rows[] = {
		{ "queue 5", 65536, 2000, 20000 },
		{ "queue 5:6", 32768, 1000, 10000 },
		{ "queue 5:7", 21846, 667, 6667 },
		{ "queue 5:36", 2048, 200, 625 },
		{ "queue 0:31\nin-flight 1\nlimit 1/s total\nlimit 7/s per-prober\nlimit 3/s per-network", 1, 3, 1 },
		{ "queue 65504:65535\nin-flight 4194304\nlimit 100000000/s total\nlimit 100000000/s per-network",
			131072, 3125000, 3125000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c, share;
		char why[CONFIG_WHY_SIZE];

		if (parse(rows[i].text, strlen(rows[i].text), &c, why) != 0)
			fail_msg("%s", why);
		config_share(&c, &share);
		if (share.in_flight != rows[i].in_flight || share.limit_per_network != rows[i].limit_per_network ||
			share.limit_total != rows[i].limit_total)
			fail_msg("%s: %u in flight, %u per network, %u in total", rows[i].text, share.in_flight,
				share.limit_per_network, share.limit_total);
		assert_int_equal(share.limit_per_prober, c.limit_per_prober);
		assert_int_equal(share.queue_last, c.queue_last);
	}
}

static void sets_every_field(void **state)
{
	static const char text[] =
		"queue 7:9\nmax-ttl 16\nturn mirror\nanswer-from self\nanswer-from6 router\n"
		"inflection silent\ninflection 192.0.2.81\ninflection 2001:db8::81\n"
		"tcp-answer synack\nreach-check off\npace off\nin-flight 4194304\nkeep 250ms\n"
		"limit 7/s total\nlimit 5/s per-network\nlimit 3/s per-prober\ninterface eth0.100\n"
		"control /tmp/c\nuser nobody\nmark 0\nrequire-padding yes\nrequest on\nrequest-from 192.0.2.0/24\n"
		"request-target ::/0\nrequest-target 0.0.0.0/0\ninband on";
	struct config c;
	char why[CONFIG_WHY_SIZE], addr[ADDR_TEXT_SIZE];

	(void)state;
	if (parse(text, strlen(text), &c, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(c.queue_first, 7);
	assert_int_equal(c.queue_last, 9);
	assert_int_equal(c.max_ttl, 16);
	assert_int_equal(c.turn, TURN_MIRROR);
	assert_int_equal(c.answer_from4, ANSWER_FROM_SELF);
	assert_int_equal(c.answer_from6, ANSWER_FROM_ROUTER);
	assert_int_equal(c.inflection, INFLECTION_SILENT);
	assert_string_equal(addr_text(&c.inflection4, addr), "192.0.2.81");
	assert_string_equal(addr_text(&c.inflection6, addr), "2001:db8::81");
	assert_int_equal(c.tcp_answer, TCP_ANSWER_SYNACK);
	assert_false(c.reach_check);
	assert_false(c.pace);
	assert_int_equal(c.in_flight, 4194304);
	assert_int_equal(c.keep_ns, 250000000);
	assert_int_equal(c.limit_per_prober, 3);
	assert_true(c.limit_per_network == 5 && c.limit_total == 7);
	assert_string_equal(c.interface, "eth0.100");
	assert_string_equal(c.control, "/tmp/c");
	assert_string_equal(c.user, "nobody");
	assert_int_equal(c.mark, 0);
	assert_true(c.require_padding && c.request && c.inband && c.request_from[0].length == 24);
	assert_true(c.request_from_count == 1 && c.request_target_count == 2);
}

/* answer-from4 wins over answer-from, wherever it stands. */
static void lets_the_family_win(void **state)
{
	static const char *const rows[] = { "answer-from4 router\nanswer-from self",
		"answer-from self\nanswer-from4 router" };
	struct config c;
	char why[CONFIG_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(parse(rows[i], strlen(rows[i]), &c, why), 0);
		assert_int_equal(c.answer_from4, ANSWER_FROM_ROUTER);
		assert_int_equal(c.answer_from6, ANSWER_FROM_SELF);
	}
}

static void sorts_access_by_length(void **state)
{
	static const char text[] =
		"deny 0.0.0.0/0\nallow 10.1.0.0/16\ndeny ::/0\nallow 2001:db8::/32\nallow 192.0.2.1\n"
		"allow 10.0.0.0/8\ndeny 10.1.2.0/24";
	static const char *const expected[] = { "+2001:db8::/32", "+192.0.2.1/32", "-10.1.2.0/24", "+10.1.0.0/16",
		"+10.0.0.0/8", "-0.0.0.0/0", "-::/0" };
	struct config c;
	char why[CONFIG_WHY_SIZE], addr[ADDR_TEXT_SIZE], line[64];

	(void)state;
	if (parse(text, strlen(text), &c, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(c.access_count, 7);
	for (unsigned i = 0; i < c.access_count; i++) {
		snprintf(line, sizeof(line), "%c%s/%u", c.access[i].is_allowed ? '+' : '-',
			addr_text(&c.access[i].prefix.addr, addr), c.access[i].prefix.length);
		assert_string_equal(line, expected[i]); /* of one length, in the file's order */
	}
}

static void holds_a_table_of_prefixes_and_no_more(void **state)
{
	char text[CONFIG_PREFIXES * 32] = "", why[CONFIG_WHY_SIZE];
	struct config c;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < CONFIG_PREFIXES - 2; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "deny 10.0.%d.0/24\n", i);
	assert_int_equal(parse(text, len, &c, why), 0);
	assert_int_equal(c.access_count, CONFIG_PREFIXES);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "deny 10.1.0.0/24\n");
	assert_int_equal(parse(text, len, &c, why), -1);
	assert_string_equal(why, "f:127: more than 128 prefixes to allow and deny");
}

static void ships_an_example_that_is_the_table(void **state)
{
	char file[EXAMPLE_SIZE], why[CONFIG_WHY_SIZE];
	size_t count, file_len;
	const struct keyword *table = config_keywords(&count);
	struct config c, expected;

	(void)state;
	file_len = example_check("uturnd/uturnd.conf", table, count, file);
	config_default(&expected);
	assert_int_equal(parse(file, file_len, &c, why), 0);
	assert_memory_equal(&c, &expected, sizeof(c));
	/* and with every default taken out of its comment */
	for (char *at = file; (at = strstr(at, "\n#")) != NULL; at++)
		if (at[2] >= 'a' && at[2] <= 'z')
			at[1] = ' ';
	if (parse(file, file_len, &c, why) != 0)
		fail_msg("%s", why);
	assert_memory_equal(&c, &expected, sizeof(c));
}

static void names_the_file_it_cannot_read(void **state)
{
	struct config c;
	char why[CONFIG_WHY_SIZE];

	(void)state;
	assert_int_equal(config_load("/nonexistent/f", &c, why, sizeof(why)), -1);
	assert_string_equal(why, "/nonexistent/f: No such file or directory");
	assert_int_equal(config_load("/", &c, why, sizeof(why)), -1);
	assert_string_equal(why, "/: Is a directory");
	assert_int_equal(config_load("/dev/zero", &c, why, sizeof(why)), -1);
	assert_string_equal(why, "/dev/zero: larger than 1048575 bytes, is this the right file?");
	assert_int_equal(config_load("/dev/null", &c, why, sizeof(why)), 0);
}

static void tells_what_a_high_ttl_takes(void **state)
{
	static const struct {
		unsigned max_ttl;
		const char *words;
	} rows[] = {
		{ 1, "" },
		{ 32, "" },
		{ 33,
			"max-ttl 33: ordinary datagrams and pings (initial TTL 64) arrive with a TTL of probes from 31 hops away on;"
			" SYNs with a TTL above 32 are left to the kernel" },
		{ 63,
			"max-ttl 63: ordinary datagrams and pings (initial TTL 64) arrive with a TTL of probes from 1 hop away on;"
			" SYNs with a TTL above 32 are left to the kernel" },
	};
	char words[CONFIG_TTL_WORDS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(config_ttl_words(rows[i].max_ttl, words), rows[i].words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_a_high_ttl_takes),
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(refuses_a_nul_byte),
		cmocka_unit_test(cuts_words_that_do_not_fit),
		cmocka_unit_test(reads_the_same_from_all_of_these),
		cmocka_unit_test(has_the_documented_defaults),
		cmocka_unit_test(sets_every_field),
		cmocka_unit_test(shares),
		cmocka_unit_test(lets_the_family_win),
		cmocka_unit_test(sorts_access_by_length),
		cmocka_unit_test(holds_a_table_of_prefixes_and_no_more),
		cmocka_unit_test(ships_an_example_that_is_the_table),
		cmocka_unit_test(names_the_file_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
