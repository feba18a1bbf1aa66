/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/uturn-history/serve_socket.h"

static const struct {
	const char *text;
	const char *why; /* a part of it; NULL: it is taken */
} listen_rows[] = {
	{ "127.0.0.1:8470", NULL },
	{ "127.8.9.1:1", NULL },
	{ "[::1]:65535", NULL },
	{ "/run/uturn-history/page", NULL },
	{ "", "neither ADDRESS:PORT" },
	{ "8470", "neither ADDRESS:PORT" },
	{ "localhost:8470", "neither ADDRESS:PORT" },
	{ "127.0.0.1:0", "neither ADDRESS:PORT" },
	{ "127.0.0.1:65536", "neither ADDRESS:PORT" },
	{ "page", "neither ADDRESS:PORT" },
	{ "0.0.0.0:8470", "not an address of the loopback" },
	{ "[::]:8470", "not an address of the loopback" },
	{ "192.0.2.1:8470", "not an address of the loopback" },
	{ "[::ffff:127.0.0.1]:8470", "not an address of the loopback" },
	{ "[::2]:8470", "not an address of the loopback" },
};

static void takes_the_loopback_and_paths(void **state)
{
	char long_path[LISTEN_PATH_SIZE + 1] = "/", why[256] = "";
	struct serve_listen l;

	(void)state;
	for (size_t i = 0; i < sizeof(listen_rows) / sizeof(listen_rows[0]); i++) {
		const bool is_taken = serve_listen_parse(listen_rows[i].text, &l, why, sizeof(why));

		if (is_taken != !listen_rows[i].why || (!is_taken && !strstr(why, listen_rows[i].why)))
			fail_msg("'%s': expected %s got %s", listen_rows[i].text,
				listen_rows[i].why ? listen_rows[i].why : "taken", is_taken ? "taken" : why);
	}
	memset(long_path + 1, 'a', LISTEN_PATH_SIZE - 2);
	assert_true(serve_listen_parse(long_path, &l, why, sizeof(why)));
	long_path[LISTEN_PATH_SIZE - 1] = 'a';
	assert_false(serve_listen_parse(long_path, &l, why, sizeof(why)));
	assert_non_null(strstr(why, "longer than the 107 bytes"));
}

static const struct {
	const char *host;
	bool is_own;
} host_rows[] = {
	{ "localhost", true },
	{ "localhost:8470", true },
	{ "LocalHost:1", true },
	{ "127.0.0.1:8470", true },
	{ "[::1]:8470", true },
	{ "[::1]", true },
	{ NULL, false },
	{ "", false },
	{ "evil.example", false },
	{ "evil.example:8470", false },
	{ "localhost.evil.example", false },
	{ "localhostevil.example:8470", false },
	{ "127.0.0.1.evil.example:8470", false },
	{ "localhost:8470.evil.example", false },
	{ "localhost:8470@evil.example", false },
	{ "localhost:847000", false },
	{ "127.0.0.2:8470", false },
	{ "192.0.2.1:8470", false },
	{ "::1", false },
};

static void answers_to_its_own_names(void **state)
{
	const struct serve_listen port = { .addr = { 4, { 127, 0, 0, 1 } }, .port = 8470 }, path = { .path = "/page" };

	(void)state;
	for (size_t i = 0; i < sizeof(host_rows) / sizeof(host_rows[0]); i++) {
		if (serve_listen_is_own(&port, host_rows[i].host) != host_rows[i].is_own)
			fail_msg("'%s': expected %s", host_rows[i].host ? host_rows[i].host : "(none)",
				host_rows[i].is_own ? "own" : "not own");
		assert_true(serve_listen_is_own(&path, host_rows[i].host));
	}
}

static void opens_a_socket_of_its_own(void **state)
{
	char folder[] = "/tmp/uturn-listen.XXXXXX", why[256];
	struct serve_listen l = { .port = 0 };
	struct stat st;
	int fd, other;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(l.path, sizeof(l.path), "%s/page", folder);
	fd = serve_socket_open(&l, "root", why, sizeof(why));
	assert_true(fd >= 0);
	assert_int_equal(stat(l.path, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0660);
	assert_int_equal(serve_socket_open(&l, "root", why, sizeof(why)), -EADDRINUSE);
	assert_non_null(strstr(why, "another program listens there"));
	close(fd); /* killed: the socket is left */
	other = serve_socket_open(&l, "root", why, sizeof(why));
	assert_true(other >= 0);
	close(other);
	serve_socket_close(&l);
	assert_int_equal(access(l.path, F_OK), -1);
	close(creat(l.path, 0600));
	assert_int_equal(serve_socket_open(&l, "root", why, sizeof(why)), -EEXIST);
	assert_non_null(strstr(why, "is there, and not a socket"));
	assert_int_equal(unlink(l.path), 0);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_loopback_and_paths),
		cmocka_unit_test(answers_to_its_own_names),
		cmocka_unit_test(opens_a_socket_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
