/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/standard_output.h"

/* A program whose standard output is path: prints size bytes in two parts, and flushes between them if asked. */
static int program(const char *path, size_t size, bool flushes)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return 9;
	for (size_t i = 0; i < size; i++) {
		putchar('x');
		if (flushes && i == size / 2)
			standard_output_flush();
	}
	return standard_output_close("program") ? 0 : 1;
}

/* What it writes to standard error, and its exit status. */
static int run(const char *path, size_t size, bool flushes, char error[128])
{
	int ends[2], status;
	ssize_t len;
	pid_t pid;

	fflush(stdout);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		_exit(program(path, size, flushes));
	}
	close(ends[1]);
	len = read(ends[0], error, 127);
	error[len > 0 ? len : 0] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void failure_is_reported(void **state)
{
	static const char full[] = "program: standard output: No space left on device\n";
	static const struct {
		const char *path;
		size_t size;
		bool flushes;
		const char *error;
	} rows[] = {
		{ "/dev/null", 0, false, "" },
		{ "/dev/null", 100000, true, "" },
		{ "/dev/full", 0, false, "" },
		{ "/dev/full", 1, false, full },
		{ "/dev/full", 2, true, full },
		{ "/dev/full", 100000, false, full },
		{ "/dev/full", 100000, true, full },
	};
	char error[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(run(rows[i].path, rows[i].size, rows[i].flushes, error), *rows[i].error != '\0');
		assert_string_equal(error, rows[i].error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failure_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
