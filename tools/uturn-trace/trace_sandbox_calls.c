/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <asm/termbits.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "daemon/syscalls.h"
#include "trace_sandbox.h"

#define ANY SYSCALL_ANY
#define IS SYSCALL_IS
#define SOCKET SYSCALL_SOCKET

/* As mkostemp(3) opens: a file that is not there yet. */
#define MAKES(argument) \
	1, \
	{ \
		SYSCALL_MASKED(argument, 0xffffffff & ~(scmp_datum_t)O_LARGEFILE, \
			O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC) \
	}

/* What a trace needs beside the rows of daemon/syscalls.c, and why. */
static const struct syscall_row running[] = {
	/* probes and answers; without privilege a socket a flow */
	{ SCMP_SYS(sendmmsg), ANY },
	{ SCMP_SYS(socket), SOCKET(AF_INET, SOCK_DGRAM) },
	{ SCMP_SYS(socket), SOCKET(AF_INET6, SOCK_DGRAM) },
	{ SCMP_SYS(bind), ANY },
	{ SCMP_SYS(connect), ANY },
	{ SCMP_SYS(timerfd_settime), ANY },
	{ SCMP_SYS(timerfd_settime64), ANY },
	{ SCMP_SYS(eventfd2), ANY }, /* libev, for signals */
	/* libpcap asks for an interface that went down */
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFFLAGS) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFNAME) },

	/* name servers */
	{ SCMP_SYS(socket), SOCKET(AF_INET, SOCK_STREAM) }, /* by Landlock connect() to port 53 alone */
	{ SCMP_SYS(socket), SOCKET(AF_INET6, SOCK_STREAM) },
	{ SCMP_SYS(socket), SOCKET(AF_UNIX, SOCK_DGRAM) }, /* asks for the interface of a link-local one */
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFINDEX) },

	/* the terminal: --live, and stdio asks whether there is one */
	{ SCMP_SYS(ioctl), IS(1, TCGETS) },
	{ SCMP_SYS(ioctl), IS(1, TIOCGWINSZ) },
	{ SCMP_SYS(ioctl), IS(1, TCSETS) },
	{ SCMP_SYS(ioctl), IS(1, TCSETSW) },
	{ SCMP_SYS(ioctl), IS(1, TCSETSF) },
#ifdef TCGETS2 /* newer libcs */
	{ SCMP_SYS(ioctl), IS(1, TCGETS2) },
	{ SCMP_SYS(ioctl), IS(1, TCSETS2) },
	{ SCMP_SYS(ioctl), IS(1, TCSETSW2) },
	{ SCMP_SYS(ioctl), IS(1, TCSETSF2) },
#endif
	{ SCMP_SYS(ioctl), IS(1, TCFLSH) },
	{ SCMP_SYS(pselect6), ANY }, /* ncurses waits for the rest of a key */
	{ SCMP_SYS(_newselect), ANY },
	{ SCMP_SYS(select), ANY },

	/* the process that renames files has ended */
	{ SCMP_SYS(wait4), ANY },
	{ SCMP_SYS(waitpid), ANY },
};

static const struct syscall_row reading[] = {
	/* stdio asks whether it prints on a terminal, that of musl for its size */
	{ SCMP_SYS(ioctl), IS(1, TCGETS) },
	{ SCMP_SYS(ioctl), IS(1, TIOCGWINSZ) },
#ifdef TCGETS2
	{ SCMP_SYS(ioctl), IS(1, TCGETS2) },
#endif
	{ SCMP_SYS(wait4), ANY },
	{ SCMP_SYS(waitpid), ANY },
};

static const struct syscall_row renaming[] = {
	{ SCMP_SYS(openat), MAKES(2) },
	{ SCMP_SYS(open), MAKES(1) },
	{ SCMP_SYS(fchmod), ANY },
	{ SCMP_SYS(rename), ANY },
	{ SCMP_SYS(renameat), ANY },
	{ SCMP_SYS(renameat2), ANY },
	{ SCMP_SYS(unlink), ANY },
	{ SCMP_SYS(unlinkat), ANY },
};

#define ROWS(rows) rows, sizeof(rows) / sizeof((rows)[0])

int trace_sandbox_calls(enum trace_sandbox which)
{
	switch (which) {
	case TRACE_SANDBOX_RUN:
		return syscalls_enter(ROWS(running));
	case TRACE_SANDBOX_RENAME:
		return syscalls_enter(ROWS(renaming));
	default:
		return syscalls_enter(ROWS(reading));
	}
}
