/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "daemon/syscalls.h"
#include "process/sandbox.h"

#define ANY SYSCALL_ANY
#define IS SYSCALL_IS
#define ARE SYSCALL_ARE

/* What uturnd needs beside the rows of daemon/syscalls.c, and why. */
static const struct syscall_row allowed[] = {
	/* packets: the queue's netlink socket, raw sockets, the capture's packet socket */
	{ SCMP_SYS(recvmmsg), ANY },
	{ SCMP_SYS(recvmmsg_time64), ANY },
	{ SCMP_SYS(sendmmsg), ANY },

	/* the capture is opened again when its interface is back (libpcap) */
	{ SCMP_SYS(socket), IS(0, AF_PACKET) },
	{ SCMP_SYS(socket), ARE(0, AF_NETLINK, 2, NETLINK_GENERIC) }, /* asks what kind of interface it is */
	{ SCMP_SYS(bind), ANY },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFNAME) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFINDEX) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFHWADDR) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFFLAGS) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFMTU) },
	{ SCMP_SYS(ioctl), IS(1, SIOCETHTOOL) }, /* which offloads, which time stamps */
	{ SCMP_SYS(eventfd2), ANY },
	{ SCMP_SYS(readlink), ANY }, /* /sys/class/net */
	{ SCMP_SYS(readlinkat), ANY },

	/* TCP connections that are traced: their state, from the kernel and from their own sockets */
	{ SCMP_SYS(socket), ARE(0, AF_NETLINK, 2, NETLINK_SOCK_DIAG) },
	{ SCMP_SYS(ioctl), IS(1, SIOCOUTQ) },
	{ SCMP_SYS(ioctl), IS(1, SIOCOUTQNSD) },

	/* the control socket is removed, as far as Landlock permits */
	{ SCMP_SYS(unlink), ANY },
	{ SCMP_SYS(unlinkat), ANY },
	{ SCMP_SYS(rmdir), ANY },

	/* workers that have ended */
	{ SCMP_SYS(wait4), ANY },
	{ SCMP_SYS(waitpid), ANY },
};

int sandbox_calls(void)
{
	return syscalls_enter(allowed, sizeof(allowed) / sizeof(allowed[0]));
}
