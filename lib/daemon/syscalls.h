/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that are left to a process: those that both daemons and
 * uturn-trace have in common, and rows of its own. Any other one kills the process (seccomp(2)).
 */
#ifndef UTURN_DAEMON_SYSCALLS_H
#define UTURN_DAEMON_SYSCALLS_H

#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

/* A row with conditions allows the call only if they hold; a call may have several rows. */
struct syscall_row {
	int call;
	unsigned conditions;
	struct scmp_arg_cmp condition[3];
};

#define SYSCALL_MASKED(argument, mask, value) \
	{ \
		argument, SCMP_CMP_MASKED_EQ, mask, value \
	}
#define SYSCALL_EQUALS(argument, value) SYSCALL_MASKED(argument, 0xffffffff, value)
#define SYSCALL_ANY \
	0, \
	{ \
		SYSCALL_EQUALS(0, 0) \
	}
#define SYSCALL_IS(argument, value) \
	1, \
	{ \
		SYSCALL_EQUALS(argument, value) \
	}
#define SYSCALL_ARE(argument, value, other, its_value) \
	2, \
	{ \
		SYSCALL_EQUALS(argument, value), SYSCALL_EQUALS(other, its_value) \
	}
#define SYSCALL_HAS_NONE(argument, bits) \
	1, \
	{ \
		SYSCALL_MASKED(argument, bits, 0) \
	}
/* A new socket: family, type with any flags, and the protocol that is the only one of the two. */
#define SYSCALL_SOCKET(family, type) \
	3, \
	{ \
		SYSCALL_EQUALS(0, family), SYSCALL_MASKED(1, 0xf, type), SYSCALL_EQUALS(2, 0) \
	}

/*
 * The flags with which a file may be opened: those that libc's open() is called
 * with for reading. Landlock refuses O_TRUNC from Linux 6.2 on only, and never
 * O_PATH. glibc's O_LARGEFILE is 0 where it passes none.
 */
enum { SYSCALL_OPEN_FLAGS = O_CLOEXEC | O_LARGEFILE }; /* O_RDONLY is 0 */
#define SYSCALL_READS(argument, more) \
	SYSCALL_HAS_NONE(argument, 0xffffffff & ~(scmp_datum_t)(SYSCALL_OPEN_FLAGS | (more)))

/* It cannot be undone. Returns 0 or a negative errno. */
int syscalls_enter(const struct syscall_row *own, size_t count);

/* A build with a sanitizer makes calls that no row allows: it runs without a sandbox, but in tests. */
bool syscalls_are_sanitized(void);

#endif
