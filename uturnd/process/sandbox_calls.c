/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process/sandbox.h"

/*
 * Every system call that is allowed after `ready`, and why; any other one kills
 * the process. A row with a condition allows the call only if it holds; a call
 * may have several rows. Where libcs or architectures use different calls for
 * the same purpose, all are here.
 */
#define EQUALS(argument, value) \
	{ \
		argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value \
	}
#define ANY \
	0, \
	{ \
		EQUALS(0, 0) \
	}
#define IS(argument, value) \
	1, \
	{ \
		EQUALS(argument, value) \
	}
#define ARE(argument, value, other, its_value) \
	2, \
	{ \
		EQUALS(argument, value), EQUALS(other, its_value) \
	}
#define HAS_NONE(argument, bits) \
	1, \
	{ \
		{ \
			argument, SCMP_CMP_MASKED_EQ, bits, 0 \
		} \
	}

/*
 * The flags with which a file may be opened: those that libc's open() is called
 * with for reading. Landlock refuses O_TRUNC from Linux 6.2 on only, and never
 * O_PATH. glibc's O_LARGEFILE is 0 where it passes none.
 */
enum { OPEN_FLAGS = O_CLOEXEC | O_LARGEFILE }; /* O_RDONLY is 0 */
#define READS(argument) HAS_NONE(argument, 0xffffffff & ~(scmp_datum_t)OPEN_FLAGS)

static const struct {
	int call;
	unsigned conditions;
	struct scmp_arg_cmp condition[2];
} allowed[] = {
	/* the loop: libev waits with epoll, and is woken after signals by an eventfd */
	{ SCMP_SYS(epoll_wait), ANY },
	{ SCMP_SYS(epoll_pwait), ANY },
	{ SCMP_SYS(epoll_pwait2), ANY },
	{ SCMP_SYS(epoll_ctl), ANY },
	{ SCMP_SYS(read), ANY }, /* also the configuration */
	{ SCMP_SYS(write), ANY }, /* also the log */
	{ SCMP_SYS(clock_gettime), ANY }, /* where the vDSO can't tell */
	{ SCMP_SYS(clock_gettime64), ANY },
	{ SCMP_SYS(gettimeofday), ANY },
	{ SCMP_SYS(restart_syscall), ANY }, /* after SIGSTOP and SIGCONT */
	{ SCMP_SYS(rt_sigreturn), ANY },
	{ SCMP_SYS(sigreturn), ANY },
	{ SCMP_SYS(rt_sigaction), ANY },
	{ SCMP_SYS(rt_sigprocmask), ANY },

	/* packets: the queue's netlink socket, raw sockets, the capture's packet socket */
	{ SCMP_SYS(recvmmsg), ANY },
	{ SCMP_SYS(recvmmsg_time64), ANY },
	{ SCMP_SYS(recvmsg), ANY },
	{ SCMP_SYS(sendmmsg), ANY },
	{ SCMP_SYS(sendmsg), ANY },
	{ SCMP_SYS(sendto), ANY }, /* also the control socket's clients, and READY=1 */
	{ SCMP_SYS(send), ANY },
	{ SCMP_SYS(recvfrom), ANY },
	{ SCMP_SYS(recv), ANY },
	{ SCMP_SYS(getsockopt), ANY }, /* the capture's statistics and errors */

	/* the capture is opened again when its interface is back (libpcap) */
	{ SCMP_SYS(socket), IS(0, AF_PACKET) },
	{ SCMP_SYS(socket), ARE(0, AF_NETLINK, 2, NETLINK_GENERIC) }, /* asks what kind of interface it is */
	{ SCMP_SYS(bind), ANY },
	{ SCMP_SYS(getsockname), ANY },
	{ SCMP_SYS(setsockopt), ANY },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFNAME) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFINDEX) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFHWADDR) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFFLAGS) },
	{ SCMP_SYS(ioctl), IS(1, SIOCGIFMTU) },
	{ SCMP_SYS(ioctl), IS(1, SIOCETHTOOL) }, /* which offloads, which time stamps */
	{ SCMP_SYS(eventfd2), ANY },
	{ SCMP_SYS(poll), ANY },
	{ SCMP_SYS(ppoll), ANY },
	{ SCMP_SYS(uname), ANY },
	{ SCMP_SYS(readlink), ANY }, /* /sys/class/net */
	{ SCMP_SYS(readlinkat), ANY },

	/* TCP connections that are traced: their state, from the kernel and from their own sockets */
	{ SCMP_SYS(socket), ARE(0, AF_NETLINK, 2, NETLINK_SOCK_DIAG) },
	{ SCMP_SYS(ioctl), IS(1, SIOCOUTQ) },
	{ SCMP_SYS(ioctl), IS(1, SIOCOUTQNSD) },

	/* the control socket's clients */
	{ SCMP_SYS(accept4), ANY },
	{ SCMP_SYS(accept), ANY },

	/* the configuration is reloaded, the socket removed: as far as Landlock permits */
	{ SCMP_SYS(openat), READS(2) },
	{ SCMP_SYS(open), READS(1) },
	{ SCMP_SYS(close), ANY },
	{ SCMP_SYS(lseek), ANY },
	{ SCMP_SYS(_llseek), ANY },
	{ SCMP_SYS(fcntl), ANY },
	{ SCMP_SYS(fcntl64), ANY },
	{ SCMP_SYS(fstat), ANY },
	{ SCMP_SYS(fstat64), ANY },
	{ SCMP_SYS(stat), ANY },
	{ SCMP_SYS(stat64), ANY },
	{ SCMP_SYS(lstat), ANY },
	{ SCMP_SYS(lstat64), ANY },
	{ SCMP_SYS(newfstatat), ANY },
	{ SCMP_SYS(fstatat64), ANY },
	{ SCMP_SYS(statx), ANY },
	{ SCMP_SYS(access), ANY },
	{ SCMP_SYS(faccessat), ANY },
	{ SCMP_SYS(unlink), ANY },
	{ SCMP_SYS(unlinkat), ANY },
	{ SCMP_SYS(rmdir), ANY },

	/* workers that have ended */
	{ SCMP_SYS(wait4), ANY },
	{ SCMP_SYS(waitpid), ANY },

	/* memory, none of it to be executed; the capture's ring is mapped */
	{ SCMP_SYS(brk), ANY },
	{ SCMP_SYS(mmap), HAS_NONE(2, PROT_EXEC) },
	{ SCMP_SYS(mmap2), HAS_NONE(2, PROT_EXEC) },
	{ SCMP_SYS(mprotect), HAS_NONE(2, PROT_EXEC) },
	{ SCMP_SYS(mremap), ANY },
	{ SCMP_SYS(munmap), ANY },
	{ SCMP_SYS(madvise), ANY },
	{ SCMP_SYS(getrandom), ANY },
	{ SCMP_SYS(futex), ANY }, /* libc's locks */
	{ SCMP_SYS(futex_time64), ANY },
	{ SCMP_SYS(sysinfo), ANY }, /* libc's qsort asks how much memory there is */

	/* the exit, including abort(), which writes a message and raises SIGABRT */
	{ SCMP_SYS(getpid), ANY },
	{ SCMP_SYS(gettid), ANY },
	{ SCMP_SYS(writev), ANY },
	{ SCMP_SYS(exit), ANY },
	{ SCMP_SYS(exit_group), ANY },
};

/* A signal to this process itself: abort(). */
static int allow_abort(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0xffffffff, (scmp_datum_t)getpid()));
}

static int allow_rows(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(allowed) / sizeof(allowed[0]); i++)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, allowed[i].call, allowed[i].conditions,
			allowed[i].condition);
	return err;
}

int sandbox_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int err;

	if (!filter)
		return -ENOSYS;
	err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, for the table is long */
	if (!err)
		err = allow_rows(filter);
	if (!err)
		err = allow_abort(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
