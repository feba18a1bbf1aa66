/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "daemon/syscalls.h"
#include "web_sandbox.h"

#define ANY SYSCALL_ANY
#define IS SYSCALL_IS
#define SOCKET SYSCALL_SOCKET

/* What uturn-web needs beside the rows of daemon/syscalls.c, and why. */
static const struct syscall_row allowed[] = {
	/* uturnd is asked */
	{ SCMP_SYS(socket), SOCKET(AF_UNIX, SOCK_STREAM) },
	{ SCMP_SYS(connect), ANY },

	/* name servers; a datagram socket also tells whether an address is one of this host */
	{ SCMP_SYS(socket), SOCKET(AF_INET, SOCK_DGRAM) },
	{ SCMP_SYS(socket), SOCKET(AF_INET6, SOCK_DGRAM) },
	{ SCMP_SYS(socket), SOCKET(AF_INET, SOCK_STREAM) }, /* by Landlock connect() to port 53 alone */
	{ SCMP_SYS(socket), SOCKET(AF_INET6, SOCK_STREAM) },
	{ SCMP_SYS(sendmmsg), ANY },
	/* the interface of a link-local name server, when resolv.conf is read again */
	{ SCMP_SYS(socket), SOCKET(AF_UNIX, SOCK_DGRAM) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFINDEX) },

	/* does uturn-rules keep run? */
	{ SCMP_SYS(kill), IS(1, 0) },

	/* visitors */
	{ SCMP_SYS(shutdown), ANY },
	{ SCMP_SYS(ioctl), IS(1, SIOCOUTQNSD) }, /* has all that was written been sent? */

	/* a challenge of ACME, without following a link, nor waiting for a pipe */
	{ SCMP_SYS(openat), SYSCALL_READS(2, O_NOFOLLOW | O_NONBLOCK) },
	{ SCMP_SYS(open), SYSCALL_READS(1, O_NOFOLLOW | O_NONBLOCK) },
};

int web_sandbox_calls(void)
{
	return syscalls_enter(allowed, sizeof(allowed) / sizeof(allowed[0]));
}

/* What the process needs that opens listeners (listen_opener.h). */
static const struct syscall_row allowed_opener[] = {
	{ SCMP_SYS(socket), SOCKET(AF_INET, SOCK_STREAM) },
	{ SCMP_SYS(socket), SOCKET(AF_INET6, SOCK_STREAM) },
	{ SCMP_SYS(bind), ANY },
	{ SCMP_SYS(listen), ANY },
};

int web_sandbox_opener_calls(void)
{
	return syscalls_enter(allowed_opener, sizeof(allowed_opener) / sizeof(allowed_opener[0]));
}
