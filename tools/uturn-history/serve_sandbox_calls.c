/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>

#include "daemon/syscalls.h"
#include "serve.h"

#define ANY SYSCALL_ANY

/* What the page needs beside the rows of daemon/syscalls.c, and why. */
static const struct syscall_row allowed[] = {
	/* SQLite reads pages, and waits for the lock of a writer */
	{ SCMP_SYS(pread64), ANY },
	{ SCMP_SYS(nanosleep), ANY },
	{ SCMP_SYS(clock_nanosleep), ANY },
	{ SCMP_SYS(clock_nanosleep_time64), ANY },

	/* connections of the page */
	{ SCMP_SYS(shutdown), ANY },

	/* the end: the socket goes */
	{ SCMP_SYS(unlink), ANY },
	{ SCMP_SYS(unlinkat), ANY },
};

int serve_sandbox_calls(void)
{
	return syscalls_enter(allowed, sizeof(allowed) / sizeof(allowed[0]));
}
