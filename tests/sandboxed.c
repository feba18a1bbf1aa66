/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/sandboxed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int sandboxed_use_memory(void)
{
	char *memory = malloc(8 << 20);

	if (!memory)
		return -1;
	memset(memory, 1, 8 << 20);
	free(memory);
	return 0;
}

int sandboxed_wait(int fd)
{
	struct pollfd p = { .fd = fd };
	struct epoll_event event;

	return epoll_wait(fd, &event, 1, 0) < 0 && errno == EINVAL && poll(&p, 1, 0) >= 0 ? 0 : -1;
}

int sandboxed_call_as_i386(void)
{
#ifdef __x86_64__
	long number = 20; /* getpid there */

	__asm__ volatile("int $0x80" : "+a"(number) : : "memory", "r8", "r9", "r10", "r11");
	return FINE;
#else
	return ENOSYS;
#endif
}

/* A sanitizer, and cmocka, would make something else of them. */
static void take_signals_back(void)
{
	static const int numbers[] = { SIGABRT, SIGSEGV, SIGSYS };
	int fd = open("/dev/null", O_WRONLY);

	dup2(fd, STDERR_FILENO);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
}

/* Without a sandbox: a kernel without CONFIG_IA32_EMULATION answers with SIGSEGV. */
static bool has_i386(void)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		take_signals_back();
		_exit(sandboxed_call_as_i386());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == FINE;
}

/* Stands by until the parent has done what it does meanwhile. */
static void child(const int ready[2], const int go[2], int (*enter)(void), int (*act)(void))
{
	char byte;

	take_signals_back();
	close(ready[0]);
	close(go[1]);
	if (enter() || write(ready[1], "", 1) != 1 || read(go[0], &byte, 1) != 1)
		_exit(255);
	syscall(SYS_exit_group, act()); /* past a sanitizer, which would look for leaks first */
}

static int outcome(int (*act)(void), int (*enter)(void), void (*meanwhile)(void))
{
	int ready[2], go[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready) | pipe(go), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(ready, go, enter, act);
	close(ready[1]);
	close(go[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	if (meanwhile)
		meanwhile();
	assert_int_equal(write(go[1], "", 1), 1);
	close(ready[0]);
	close(go[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : WTERMSIG(status) == SIGABRT ? ABORTED : -WTERMSIG(status);
	return WEXITSTATUS(status);
}

void sandboxed_try(const struct sandboxed_row *rows, size_t count, int (*enter)(void), void (*meanwhile)(void))
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	for (size_t i = 0; i < count; i++) {
		int got;

		if ((rows[i].version && version < rows[i].version) ||
			(rows[i].act == sandboxed_call_as_i386 && !has_i386()))
			continue; /* a kernel that cannot */
		got = outcome(rows[i].act, enter, meanwhile);
		if (got != rows[i].expected)
			fail_msg("%s: expected %d, got %d", rows[i].name, rows[i].expected, got);
	}
}
