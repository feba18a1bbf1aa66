/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "config/config.h"

/* One list for all hosts: this one is left out. */
static void leaves_itself_out_of_the_peers(void **state)
{
	static const char text[] = "peer 192.0.2.1\npeer 192.0.2.2:9\npeer [2001:db8::1]:7\npeer 2001:db8::2\n"
				   "peer-key /k\npeer-listen 192.0.2.1\npeer-listen [2001:db8::1]:7\n";
	char why[CONFIG_WHY_SIZE], addr[ADDR_TEXT_SIZE];
	struct config c, share;

	(void)state;
	assert_int_equal(config_parse("f", text, strlen(text), &c, why, sizeof(why)), 0);
	assert_int_equal(c.peer_count, 2);
	assert_string_equal(addr_text(&c.peers[0].addr, addr), "192.0.2.2");
	assert_int_equal(c.peers[0].port, 9);
	assert_string_equal(addr_text(&c.peers[1].addr, addr), "2001:db8::2");
	assert_int_equal(c.peers[1].port, CONFIG_PEER_PORT);
	assert_int_equal(c.peer_listen6.port, 7);
	assert_string_equal(c.peer_key, "/k");
	assert_int_equal(c.peer_limit, 2000);
	c.queue_last = (uint16_t)(c.queue_first + 3);
	config_share(&c, &share);
	assert_int_equal(share.peer_limit, 500);
}

/* As many as there may be, each also for itself alone; and one more, which is refused wherever the own one stands. */
static void takes_32_peers(void **state)
{
	char text[2048] = "peer-key /k\npeer-listen 192.0.2.1\n", why[CONFIG_WHY_SIZE];
	size_t len = strlen(text);
	struct config c;

	(void)state;
	for (int i = 1; i <= CONFIG_PEERS; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "peer 192.0.2.%d\n", i);
	assert_int_equal(config_parse("f", text, len, &c, why, sizeof(why)), 0);
	assert_int_equal(c.peer_count, CONFIG_PEERS - 1);
	assert_int_equal(c.peers[CONFIG_PEERS - 2].addr.bytes[3], CONFIG_PEERS);
	assert_int_equal(c.peers[CONFIG_PEERS - 1].addr.family, 0);
	text[strlen("peer-key /k\npeer-listen 192.0.2.")] = '9'; /* 192.0.2.9 */
	assert_int_equal(config_parse("f", text, len, &c, why, sizeof(why)), 0);
	assert_int_equal(c.peers[0].addr.bytes[3], 1);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "peer 192.0.2.99\n");
	assert_int_equal(config_parse("f", text, len, &c, why, sizeof(why)), -1);
	assert_string_equal(why, "f:35: peer: more than 32 peers");
}

/* Itself alone: a host without peers, of which nothing is opened. */
static void takes_a_list_of_itself(void **state)
{
	static const char text[] = "peer 2001:db8::1\npeer-key /k\npeer-listen [2001:db8::1]:8874\n";
	char why[CONFIG_WHY_SIZE];
	struct config c;

	(void)state;
	assert_int_equal(config_parse("f", text, strlen(text), &c, why, sizeof(why)), 0);
	assert_int_equal(c.peer_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_itself_out_of_the_peers),
		cmocka_unit_test(takes_32_peers),
		cmocka_unit_test(takes_a_list_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
