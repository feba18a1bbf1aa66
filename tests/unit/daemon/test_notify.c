/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/notify.h"

static int manager = -1;

/* A service manager on an abstract socket: NAME in the address is @NAME in the environment. */
static void listens(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int len = snprintf(address.sun_path, sizeof(address.sun_path), "@uturn-test-%d", getpid());

	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	address.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(manager, (struct sockaddr *)&address,
				 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)len)),
		0);
}

static const char *hears(void)
{
	static char text[256];
	ssize_t len = recv(manager, text, sizeof(text) - 1, 0);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

static void says_nothing_to_nobody(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_open();
	notify_ready();
	notify_alive();
	setenv("WATCHDOG_USEC", "1000", 1);
	assert_int_equal(notify_interval_ns(), 0);
}

static void says_how_far_it_is(void **state)
{
	uintmax_t us;
	int end = 0;

	(void)state;
	listens();
	notify_open();
	notify_ready();
	assert_string_equal(hears(), "READY=1");
	notify_reloading();
	sscanf(hears(), "RELOADING=1\nMONOTONIC_USEC=%ju%n", &us, &end);
	assert_int_not_equal(end, 0);
	assert_int_not_equal(us, 0);
	notify_stopping();
	assert_string_equal(hears(), "STOPPING=1");
}

/* Nobody reads: the loop must not wait for that. */
static void does_not_wait_to_be_heard(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++)
		notify_alive();
	assert_string_equal(hears(), "WATCHDOG=1");
}

static void honours_the_watchdog(void **state)
{
	char ours[32], another[32];
	const struct {
		const char *usec, *pid;
		uint64_t interval_ns;
	} rows[] = {
		{ "30000000", NULL, UINT64_C(15000000000) },
		{ "30000000", ours, UINT64_C(15000000000) },
		{ "30000000", another, 0 },
		{ "30000000", "", 0 },
		{ "1", NULL, 500 },
		{ NULL, NULL, 0 },
		{ "", NULL, 0 },
		{ "0", NULL, 0 },
		{ "-5", NULL, 0 },
		{ "5s", NULL, 0 },
		{ "18446744073709551616", NULL, 0 },
		{ "18446744073709551615", NULL, 0 },
	};

	(void)state;
	snprintf(ours, sizeof(ours), "%d", getpid());
	snprintf(another, sizeof(another), "%d", getppid());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (rows[i].usec)
			setenv("WATCHDOG_USEC", rows[i].usec, 1);
		if (rows[i].pid)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		if (notify_interval_ns() != rows[i].interval_ns)
			fail_msg("row %zu: %" PRIu64, i, notify_interval_ns());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_nothing_to_nobody),
		cmocka_unit_test(says_how_far_it_is),
		cmocka_unit_test(does_not_wait_to_be_heard),
		cmocka_unit_test(honours_the_watchdog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
