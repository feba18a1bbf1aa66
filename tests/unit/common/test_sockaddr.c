/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "common/text.h"
#include "packet/addr.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static void both_ways(void **state)
{
	static const struct {
		const char *text, *read;
	} rows[] = {
		{ "203.0.113.80", "203.0.113.80" }, { "2001:db8::80", "2001:db8::80" },
		{ "::ffff:203.0.113.80", "203.0.113.80" }, /* as an IPv6 socket has it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct addr a = addr_of(rows[i].text), wanted = addr_of(rows[i].read);
		struct sockaddr_storage s;
		struct addr b;
		uint16_t port = 0;

		assert_true(sockaddr_of(&a, 33434, &s) <= sizeof(s));
		assert_true(sockaddr_read((struct sockaddr *)&s, &b, &port));
		assert_true(addr_equal(&b, &wanted));
		assert_int_equal(port, 33434);
		assert_true(sockaddr_read((struct sockaddr *)&s, &b, NULL));
	}
}

static void another_family(void **state)
{
	const struct sockaddr_storage s = { .ss_family = AF_UNIX };
	struct addr a;

	(void)state;
	assert_false(sockaddr_read((const struct sockaddr *)&s, &a, NULL));
}

static void own_address(void **state)
{
	const struct addr loopback = addr_of("127.0.0.1");
	struct addr own;
	uint16_t port = 0;
	int fd = sockaddr_connect(&loopback, 9, SOCK_NONBLOCK, &own, &port);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_true(addr_equal(&own, &loopback));
	assert_int_not_equal(port, 0);
	assert_int_equal(sockaddr_connect(&loopback, 9, -1, &own, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(another_family),
		cmocka_unit_test(own_address),
	};

	return cmocka_run_group_tests_name("sockaddr", tests, NULL, NULL);
}
