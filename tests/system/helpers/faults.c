/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uturnd in which what it asks of the system and of libraries can fail: linked
 * with --wrap for each row below (Makefile), driven by tests/system/scenarios/faults.sh
 * through the environment.
 *
 *     UTURN_FAULT=NAME:ERRNO:N       the Nth call while it starts
 *     UTURN_FAULT=NAME:ERRNO:run:N   the first N calls once its loop runs
 *     UTURN_FAULT=count              says how often each was called while its loop ran
 *     UTURN_FAULT_END=1              ends when its loop would begin to wait; calls until then are counted
 *
 * Only calls of our own objects are meant, those inside a library are its own.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * name, what it returns when it fails, and the errno values to try (none: the
 * value says it all). The functions that can't fail are in faults.sh.
 */
#define ROWS(X) \
	X(accept4, -1, "EMFILE ENFILE ENOMEM EINTR ECONNABORTED EPERM") \
	X(bind, -1, "EACCES EROFS ENOSPC EADDRINUSE") \
	X(calloc, 0, "ENOMEM") \
	X(capng_apply, -1, "EPERM") \
	X(capng_change_id, -4, "EAGAIN EPERM") \
	X(capng_get_caps_process, -1, "EPERM") \
	X(capng_have_capability, 0, "0") \
	X(capng_lock, -1, "EPERM") \
	X(capng_update, -1, "EINVAL") \
	X(connect, -1, "EACCES EAGAIN") \
	X(crypto_generichash, -1, "0") \
	X(epoll_create1, -1, "EMFILE ENOMEM") \
	X(epoll_ctl, -1, "ENOMEM ENOSPC") \
	X(epoll_wait, -1, "EINTR") \
	X(ev_loop_new, 0, "ENOMEM") \
	X(fchownat, -1, "EPERM EROFS") \
	X(fopen, 0, "EMFILE EACCES ENOENT") \
	X(fread, 0, "EIO") \
	X(fork, -1, "EAGAIN ENOMEM") \
	X(fstat, -1, "EIO") \
	X(getgrnam, 0, "0 EMFILE") \
	X(getpeername, -1, "ENOTCONN ENOBUFS") \
	X(getpwnam, 0, "0 EMFILE") \
	X(getrandom, -1, "EINTR ENOSYS") \
	X(getsockname, -1, "ENOBUFS") \
	X(getsockopt, -1, "ENOPROTOOPT ENOBUFS") \
	X(ioctl, -1, "ENODEV EINVAL") \
	X(json_array, 0, "ENOMEM") \
	X(json_array_append_new, -1, "ENOMEM") \
	X(json_array_insert_new, -1, "ENOMEM") \
	X(json_dumpb, 0, "ENOMEM") \
	X(json_dumps, 0, "ENOMEM") \
	X(json_integer, 0, "ENOMEM") \
	X(json_loadb, 0, "ENOMEM") \
	X(json_object, 0, "ENOMEM") \
	X(json_pack, 0, "ENOMEM") \
	X(json_real, 0, "ENOMEM") \
	X(json_string, 0, "ENOMEM") \
	X(listen, -1, "EADDRINUSE") \
	X(lstat, -1, "ENOENT EACCES") \
	X(malloc, 0, "ENOMEM") \
	X(mkdir, -1, "EACCES EROFS ENOSPC") \
	X(mmap, -1, "ENOMEM EPERM") \
	X(mnl_attr_validate2, -1, "EINVAL") \
	X(mnl_cb_run, -1, "EPERM ENOENT") \
	X(mnl_socket_bind, -1, "EADDRINUSE ENOMEM") \
	X(mnl_socket_open2, 0, "EMFILE EPROTONOSUPPORT") \
	X(mnl_socket_recvfrom, -1, "ENOBUFS EINTR ENOMEM") \
	X(mnl_socket_sendto, -1, "ENOBUFS EPERM ECONNREFUSED") \
	X(open, -1, "EMFILE ENFILE EACCES") \
	X(pcap_activate, -1, "0") \
	X(pcap_compile, -1, "0") \
	X(pcap_create, 0, "0") \
	X(pcap_dispatch, -1, "0") \
	X(pcap_set_buffer_size, -4, "0") \
	X(pcap_set_immediate_mode, -4, "0") \
	X(pcap_set_promisc, -4, "0") \
	X(pcap_set_snaplen, -4, "0") \
	X(pcap_set_tstamp_precision, -12, "0") \
	X(pcap_setdirection, -1, "0") \
	X(pcap_setfilter, -1, "0") \
	X(pcap_setnonblock, -1, "0") \
	X(pcap_stats, -1, "0") \
	X(poll, -1, "EINTR ENOMEM") \
	X(prctl, -1, "EINVAL EPERM") \
	X(read, -1, "EIO EINTR") \
	X(realloc, 0, "ENOMEM") \
	X(recv, -1, "ECONNRESET EINTR ENOMEM") \
	X(recvmmsg, -1, "ENOBUFS EINTR ENOMEM") \
	X(recvmsg, -1, "ECONNRESET EINTR ENOMEM") \
	X(rmdir, -1, "EACCES") \
	X(seccomp_attr_set, -22, "0") \
	X(seccomp_init, 0, "0") \
	X(seccomp_load, -22, "0") \
	X(seccomp_rule_add, -14, "0") \
	X(seccomp_rule_add_array, -14, "0") \
	X(send, -1, "EPIPE EAGAIN EINTR ENOBUFS") \
	X(sendmmsg, -1, "ENOBUFS EPERM ENETUNREACH EHOSTUNREACH EMSGSIZE EAGAIN EINTR ENOMEM EINVAL") \
	X(sendto, -1, "ECONNREFUSED ENOENT EAGAIN") \
	X(seteuid, 0, "0") /* to become root again must not work */ \
	X(setresuid, 0, "0") \
	X(setsockopt, -1, "EPERM ENOMEM ENOPROTOOPT") \
	X(sodium_init, -1, "0") \
	X(socket, -1, "EMFILE ENFILE ENOMEM EPERM EAFNOSUPPORT") \
	X(socketpair, -1, "EMFILE ENFILE") \
	X(stat, -1, "EACCES") \
	X(syscall, -1, "ENOSYS EOPNOTSUPP EPERM ENOMEM E2BIG") /* Landlock */ \
	X(unlink, -1, "EACCES EROFS") \
	X(waitpid, -1, "ECHILD EINTR") \
	X(write, -1, "ENOSPC EPIPE EAGAIN")

static const struct {
	const char *name;
	int number;
} errors[] = {
#define E(name) \
	{ \
#name, name \
	}
	{ "0", 0 },
	E(E2BIG),
	E(EACCES),
	E(EADDRINUSE),
	E(EAFNOSUPPORT),
	E(EAGAIN),
	E(ECONNABORTED),
	E(ECONNREFUSED),
	E(ECONNRESET),
	E(EHOSTUNREACH),
	E(EINTR),
	E(EINVAL),
	E(EIO),
	E(EMFILE),
	E(EMSGSIZE),
	E(ENETUNREACH),
	E(ENFILE),
	E(ENOBUFS),
	E(ENODEV),
	E(ENOENT),
	E(ENOMEM),
	E(ENOPROTOOPT),
	E(ENOSPC),
	E(ENOSYS),
	E(EOPNOTSUPP),
	E(EPERM),
	E(EPIPE),
	E(EPROTONOSUPPORT),
	E(EROFS),
};

static struct {
	char name[64];
	int error;
	unsigned long first, last; /* calls that fail, of this phase */
	bool is_read, is_for_run, is_counting;
} fault;
static bool is_running;

static void fault_read(void)
{
	char word[32] = "", phase[32] = "";
	const char *text = getenv("UTURN_FAULT");

	fault.is_read = true;
	if (!text)
		return;
	fault.is_counting = strcmp(text, "count") == 0;
	if (sscanf(text, "%63[^:]:%31[^:]:%31[^:]:%lu", fault.name, word, phase, &fault.last) < 3)
		return;
	fault.is_for_run = strcmp(phase, "run") == 0;
	fault.first = fault.is_for_run ? 1 : strtoul(phase, NULL, 10);
	if (!fault.is_for_run)
		fault.last = fault.first;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(errors[i].name, word) == 0)
			fault.error = errors[i].number;
}

static bool is_due(const char *name, unsigned long *calls)
{
	int kept = errno;

	if (!fault.is_read)
		fault_read();
	++*calls;
	if (strcmp(name, fault.name) != 0 || fault.is_for_run != is_running || *calls < fault.first ||
		*calls > fault.last) {
		errno = kept;
		return false;
	}
	dprintf(STDERR_FILENO, "fault: %s, call %lu\n", name, *calls);
	errno = fault.error;
	return true;
}

/*
 * Six registers go through as they came, whatever they mean: true of every
 * calling convention that uturn is tested on.
 */
#define WRAP(name, value, list) \
	static unsigned long calls_of_##name; \
	long __real_##name(long a, long b, long c, long d, long e, long f); \
	long __wrap_##name(long a, long b, long c, long d, long e, long f); \
	long __wrap_##name(long a, long b, long c, long d, long e, long f) \
	{ \
		return is_due(#name, &calls_of_##name) ? value : __real_##name(a, b, c, d, e, f); \
	}
ROWS(WRAP)

static const struct count {
	const char *name, *words;
	unsigned long *calls;
} counts[] = {
#define COUNT(name, value, list) { #name, list, &calls_of_##name },
	ROWS(COUNT)
};

struct loop;
bool __real_loop_run(struct loop *l);
bool __wrap_loop_run(struct loop *l);

static void print_counts(void)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		printf("%s %lu %s\n", counts[i].name, *counts[i].calls, counts[i].words);
	fflush(stdout);
}

/* From here on it runs, and calls are counted anew. */
bool __wrap_loop_run(struct loop *l)
{
	bool ends = getenv("UTURN_FAULT_END"), is_whole;

	if (fault.is_counting && ends)
		print_counts();
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		*counts[i].calls = 0;
	is_running = true;
	if (ends)
		raise(SIGTERM);
	is_whole = __real_loop_run(l);
	if (fault.is_counting && !ends)
		print_counts();
	return is_whole;
}
