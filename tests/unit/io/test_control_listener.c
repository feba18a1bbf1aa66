/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/control_listener.h"

struct fixture {
	char parent[32], directory[40], path[64];
	struct control_listener listener;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->parent, "/tmp/uturn-control-XXXXXX");
	assert_non_null(mkdtemp(f->parent));
	snprintf(f->directory, sizeof(f->directory), "%s/d", f->parent);
	snprintf(f->path, sizeof(f->path), "%s/control", f->directory);
	assert_int_equal(control_listener_open(&f->listener, f->path), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	control_listener_close(&f->listener);
	assert_int_equal(access(f->directory, F_OK), -1); /* it cleans up behind itself */
	assert_int_equal(rmdir(f->parent), 0);
	free(f);
	return 0;
}

static void is_answered(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

static void makes_a_private_socket(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0660);
	assert_int_equal(stat(f->directory, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
	is_answered(f->path);
}

static void respects_a_socket_in_use(void **state)
{
	struct fixture *f = *state;
	struct control_listener second;

	assert_int_equal(control_listener_open(&second, f->path), -EADDRINUSE);
	assert_int_equal(second.fd, -1);
	assert_int_equal(access(f->path, F_OK), 0);
	is_answered(f->path);
}

static void replaces_a_stale_socket(void **state)
{
	struct fixture *f = *state;
	struct control_listener second;

	close(f->listener.fd); /* as after SIGKILL: the file is there and nobody listens */
	f->listener.fd = -1;
	assert_int_equal(control_listener_open(&second, f->path), 0);
	is_answered(f->path);
	assert_null(second.made);
	control_listener_close(&second);
	assert_int_equal(access(f->path, F_OK), -1);
	assert_int_equal(rmdir(f->directory), 0); /* the second one found it there */
}

/* A symbolic link, as a hostile owner of the directory could leave it for the next start, is not followed. */
static void leaves_other_files_alone(void **state)
{
	struct fixture *f = *state;
	char path[sizeof(f->path)], link[sizeof(f->path)], long_path[200] = "/tmp/";
	struct control_listener second;
	FILE *file;

	snprintf(path, sizeof(path), "%s/file", f->parent);
	file = fopen(path, "w");
	fclose(file);
	assert_int_equal(control_listener_open(&second, path), -ENOTSOCK);
	snprintf(link, sizeof(link), "%s/link", f->parent);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(control_listener_open(&second, link), -ENOTSOCK);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(control_listener_open(&second, "/nonexistent/directory/control"), -ENOENT);
	memset(long_path + 5, 'x', sizeof(long_path) - 6);
	assert_int_equal(control_listener_open(&second, long_path), -ENAMETOOLONG);
	assert_int_equal(second.fd, -1);
}

static void removes_only_its_own_socket(void **state)
{
	struct fixture *f = *state;
	struct control_listener second;

	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(control_listener_open(&second, f->path), 0);
	control_listener_close(&f->listener); /* whose path is another one's by now */
	assert_int_equal(access(f->path, F_OK), 0);
	control_listener_close(&second);
	assert_int_equal(rmdir(f->directory), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(makes_a_private_socket),
		TEST(respects_a_socket_in_use),
		TEST(replaces_a_stale_socket),
		TEST(leaves_other_files_alone),
		TEST(removes_only_its_own_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
