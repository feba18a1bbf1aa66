/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/syscalls.h"

#include <errno.h>
#include <unistd.h>

#define ANY SYSCALL_ANY
#define HAS_NONE SYSCALL_HAS_NONE
#define READS(argument) SYSCALL_READS(argument, 0)

/*
 * What both daemons need after `ready`, and uturn-trace when its sockets are open,
 * and why. Where libcs or architectures use different calls for the same purpose,
 * all are here.
 */
static const struct syscall_row common[] = {
	/* the loop: libev waits with epoll */
	{ SCMP_SYS(epoll_wait), ANY },
	{ SCMP_SYS(epoll_pwait), ANY },
	{ SCMP_SYS(epoll_pwait2), ANY },
	{ SCMP_SYS(epoll_ctl), ANY },
	{ SCMP_SYS(poll), ANY },
	{ SCMP_SYS(ppoll), ANY },
	{ SCMP_SYS(read), ANY }, /* also the configuration */
	{ SCMP_SYS(readv), ANY }, /* fread() of musl */
	{ SCMP_SYS(write), ANY }, /* also the log */
	{ SCMP_SYS(clock_gettime), ANY }, /* where the vDSO can't tell */
	{ SCMP_SYS(clock_gettime64), ANY },
	{ SCMP_SYS(gettimeofday), ANY },
	{ SCMP_SYS(time), ANY },
	{ SCMP_SYS(restart_syscall), ANY }, /* after SIGSTOP and SIGCONT */
	{ SCMP_SYS(rt_sigreturn), ANY },
	{ SCMP_SYS(sigreturn), ANY },
	{ SCMP_SYS(rt_sigaction), ANY },
	{ SCMP_SYS(rt_sigprocmask), ANY },

	/* sockets that are open, and those that connect to us */
	{ SCMP_SYS(sendto), ANY }, /* also READY=1 */
	{ SCMP_SYS(send), ANY },
	{ SCMP_SYS(sendmsg), ANY },
	{ SCMP_SYS(recvfrom), ANY },
	{ SCMP_SYS(recv), ANY },
	{ SCMP_SYS(recvmsg), ANY },
	{ SCMP_SYS(getsockopt), ANY },
	{ SCMP_SYS(setsockopt), ANY },
	{ SCMP_SYS(getsockname), ANY },
	{ SCMP_SYS(getpeername), ANY },
	{ SCMP_SYS(accept4), ANY },
	{ SCMP_SYS(accept), ANY },

	/* the configuration is reloaded, as far as Landlock permits */
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
	{ SCMP_SYS(uname), ANY },

	/* memory, none of it to be executed */
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

static int allow_rows(scmp_filter_ctx filter, const struct syscall_row *rows, size_t count)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rows[i].call, rows[i].conditions,
			rows[i].condition);
	return err;
}

int syscalls_enter(const struct syscall_row *own, size_t count)
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
		err = allow_rows(filter, common, sizeof(common) / sizeof(common[0]));
	if (!err)
		err = allow_rows(filter, own, count);
	if (!err)
		err = allow_abort(filter);
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

bool syscalls_are_sanitized(void)
{
	return IS_SANITIZED;
}
