/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows for the sandboxes of the daemons: each is a child process that enters
 * the sandbox and makes one call: what an attacker would try who has taken over
 * the daemon, and what its loop has to do.
 */
#ifndef TESTS_SANDBOXED_H
#define TESTS_SANDBOXED_H

#include <stddef.h>

/* What a row expects: this, or an errno. */
enum { FINE = 0, KILLED = 1000, ABORTED };

struct sandboxed_row {
	const char *name;
	int (*act)(void); /* returns FINE or an errno */
	int expected;
	long version; /* of Landlock that it needs; 0: none */
};

/* X(name, expected, version, call) makes a function of it, and a row. */
#define SANDBOXED_FUNCTION(name, expected, version, call) \
	static int name(void) \
	{ \
		return (call) < 0 ? errno : FINE; \
	}
/* Rows that only x86-64 has: the numbers of its other system calls. */
#ifdef __x86_64__
#define SANDBOXED_ON_X86(X) X(call_by_the_numbers_of_x32, KILLED, 0, syscall(SYS_getpid | 0x40000000))
#define SANDBOXED_ROW_OF_I386 { "call_by_the_numbers_of_i386", sandboxed_call_as_i386, KILLED, 0 },
#else
#define SANDBOXED_ON_X86(X)
#define SANDBOXED_ROW_OF_I386
#endif
#define SANDBOXED_ROW(name, expected, version, call) { #name, name, expected, version },

/*
 * enter() puts the child into the sandbox and returns 0; meanwhile() is called in the parent
 * when that has been done, before the call. Fails the test at the first row with
 * another outcome. A row whose call this kernel does not have, whatever a
 * sandbox says, is passed over: Landlock, the numbers of i386.
 */
void sandboxed_try(const struct sandboxed_row *rows, size_t count, int (*enter)(void), void (*meanwhile)(void));

/* What the loop of either daemon has to do; 0 or -1. */
int sandboxed_use_memory(void);
int sandboxed_wait(int fd); /* on one that is no epoll instance, and poll(2) takes */

int sandboxed_call_as_i386(void); /* FINE, or the process is killed; on other machines than x86-64 ENOSYS */

#endif
