/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/sandboxed.h"
#include "tools/uturn-history/serve.h"
#include "tools/uturn-history/serve_answers.h"
#include "tools/uturn-history/serve_socket.h"

static char top[40], database[64], page[64], outside[64];
static struct serve serve;
static int listening;

static struct kept trace_of(int64_t at_ms, struct kept_router *router)
{
	struct kept k = { .host = "test",
		.origin = { 4, { 198, 51, 100, 1 } },
		.remote = { { 4, { 192, 0, 2 } }, 24 },
		.protocol = 17,
		.at_ms = at_ms,
		.hops = 1,
		.first = { 0, 1 },
		.routers = router };

	return k;
}

static void add_trace(int64_t at_ms)
{
	struct kept_router router = { .addr = { 4, { 10, 0, 0, 1 } }, .rtt_us = 700 };
	const struct kept k = trace_of(at_ms, &router);
	char why[512];
	struct store *s;

	assert_int_equal(store_open(&s, database, false, why, sizeof(why)), 0);
	assert_true(store_add(s, &k) >= 0);
	assert_int_equal(store_commit(s), 0);
	store_close(s);
}

/* All that the page asks for; one trace has come since the sandbox was entered. */
static int answer_all(void)
{
	json_t *all = answer_search(serve.store, "192.0.2.0/24", NULL),
	       *ways = answer_ways(serve.store, "1", "3660", INT64_C(2000000000000)),
	       *traces = answer_traces(serve.store, "1", "9000000000000"),
	       *one = answer_trace(serve.store, "1-1790000000000");
	const bool is_right = json_array_size(json_object_get(all, "series")) == 1 &&
		json_array_size(json_object_get(ways, "ways")) == 1 &&
		json_array_size(json_object_get(traces, "traces")) == 2 &&
		json_array_size(json_object_get(one, "hops")) == 1;

	errno = EPROTO;
	return is_right ? 0 : -1;
}

static int take_a_connection(void)
{
	const int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	return fd < 0 && errno != EAGAIN ? -1 : 0;
}

#define ROWS(X) \
	X(write_the_database, KILLED, 0, open(database, O_RDWR)) \
	X(write_a_file, KILLED, 0, open(outside, O_WRONLY)) \
	X(make_a_file, KILLED, 0, open(outside, O_RDONLY | O_CREAT, 0600)) \
	X(empty_the_database, KILLED, 0, truncate(database, 0)) \
	X(rename_the_database, KILLED, 0, rename(database, outside)) \
	X(remove_the_database, EACCES, 1, unlink(database)) \
	X(change_a_mode, KILLED, 0, chmod(database, 0666)) \
	X(make_a_folder, KILLED, 0, mkdir(outside, 0700)) \
	X(read_beside_it, EACCES, 1, open("/etc/passwd", O_RDONLY)) \
	X(read_memory, EACCES, 1, open("/proc/self/mem", O_RDONLY)) \
	X(run_a_program, KILLED, 0, execl("/bin/true", "true", NULL)) \
	X(fork_a_process, KILLED, 0, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) \
	X(trace_the_parent, KILLED, 0, ptrace(PTRACE_ATTACH, getppid(), 0, 0)) \
	X(signal_another_process, KILLED, 0, kill(1, SIGURG)) \
	X(open_a_socket, KILLED, 0, socket(AF_INET, SOCK_STREAM, 0)) \
	X(open_a_socket_to_this_host, KILLED, 0, socket(AF_UNIX, SOCK_STREAM, 0)) \
	X(listen_somewhere, KILLED, 0, listen(listening, 1)) \
	X(connect_elsewhere, KILLED, 0, connect(listening, NULL, 0)) \
	X(map_code, KILLED, 0, (intptr_t)mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) \
	X(use_a_ring, KILLED, 0, syscall(SYS_io_uring_setup, 1, NULL)) \
	X(become_root, KILLED, 0, syscall(SYS_setuid, 0)) \
	X(make_a_namespace, KILLED, 0, syscall(SYS_unshare, 0x10000000)) \
	SANDBOXED_ON_X86(X) \
	X(answer_what_the_page_asks, FINE, 0, answer_all()) \
	X(take_the_socket_away, FINE, 0, unlink(page)) \
	X(take_a_connection_in, FINE, 0, take_a_connection()) \
	X(use_more_memory, FINE, 0, sandboxed_use_memory()) \
	X(wait_for_something, FINE, 0, sandboxed_wait(listening)) \
	X(draw_random_numbers, FINE, 0, getrandom(outside, 1, 0)) \
	X(end_badly, ABORTED, 0, raise(SIGABRT)) /* as abort() does */

ROWS(SANDBOXED_FUNCTION)

static const struct sandboxed_row rows[] = { ROWS(SANDBOXED_ROW) SANDBOXED_ROW_OF_I386 };

static int setup(void **state)
{
	char why[256];

	(void)state;
	strcpy(top, "/tmp/uturn-page-XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(database, sizeof(database), "%s/db", top);
	snprintf(page, sizeof(page), "%s/run", top);
	assert_int_equal(mkdir(database, 0700) | mkdir(page, 0700), 0);
	strcat(page, "/page");
	snprintf(outside, sizeof(outside), "%s/outside", top);
	strcat(database, "/history.db");
	strcpy(serve.listen.path, page);
	listening = serve_socket_open(&serve.listen, "root", why, sizeof(why));
	assert_true(listening >= 0);
	return 0;
}

static int teardown(void **state)
{
	char path[96];

	(void)state;
	close(listening);
	unlink(page);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", database, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/db", top);
	if (rmdir(path))
		return -1;
	snprintf(path, sizeof(path), "%s/run", top);
	return rmdir(path) || rmdir(top);
}

static int enter(void)
{
	struct store_series none;
	char why[512] = "";

	if (store_open(&serve.store, database, true, why, sizeof(why)) ||
		store_series_by_id(serve.store, 0, &none) < 0 ||
		serve_sandbox_enter(&serve, database, why, sizeof(why))) {
		fprintf(stderr, "%s\n", why);
		return -EIO;
	}
	return 0;
}

static void add_another(void)
{
	add_trace(INT64_C(1790000100000));
}

static void confines_the_page(void **state)
{
	(void)state;
	add_trace(INT64_C(1790000000000));
	sandboxed_try(rows, sizeof(rows) / sizeof(rows[0]), enter, add_another);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(confines_the_page, setup, teardown) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
