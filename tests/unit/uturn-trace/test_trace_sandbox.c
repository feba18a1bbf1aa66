/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left to each process of uturn-trace in its sandbox, and what ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "tests/sandboxed.h"
#include "tools/uturn-trace/trace_sandbox.h"

static char top[] = "/tmp/uturn-trace-sandbox-XXXXXX", output[64], made[64], elsewhere[64];
static struct trace_options options;
static int tcp, timer, waiting; /* from before */

static int connect_to(int family, int type, uint16_t port)
{
	struct sockaddr_in address = { AF_INET, htons(port), { htonl(INADDR_LOOPBACK) }, { 0 } };
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno == EINPROGRESS ||
		errno == ECONNREFUSED)
		return close(fd);
	return -1;
}

static int bind_any(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return bind(fd, (struct sockaddr *)&any, sizeof(any));
}

static int set_timer(void)
{
	const struct itimerspec when = { .it_value = { 1, 0 } };

	return timerfd_settime(timer, 0, &when, NULL);
}

/* Refused by what it is, not by the sandbox. */
static int ask_for_a_terminal(void)
{
	struct termios t;

	return tcgetattr(tcp, &t) == 0 || errno == ENOTTY ? 0 : -1;
}

static int change_a_terminal(void)
{
	struct termios t = { 0 };

	return tcsetattr(tcp, TCSADRAIN, &t) == 0 || errno == ENOTTY ? 0 : -1;
}

static int make_a_file(void)
{
	char name[128];
	int fd;

	snprintf(name, sizeof(name), "%s.XXXXXX", output);
	fd = mkostemp(name, O_CLOEXEC);
	return fd < 0 || fchmod(fd, 0644) || write(fd, "x", 1) != 1 || rename(name, output) ? -1 : close(fd);
}

/* What none of them may do. */
#define FORBIDDEN(X) \
	X(write_a_file, KILLED, 0, open(output, O_WRONLY)) \
	X(empty_a_file, KILLED, 0, open(output, O_RDONLY | O_TRUNC)) \
	X(hold_a_path, KILLED, 0, open("/etc/shadow", O_PATH)) \
	X(list_a_folder, KILLED, 0, open(top, O_RDONLY | O_DIRECTORY)) \
	X(make_a_folder, KILLED, 0, mkdir(made, 0700)) \
	X(link_a_file, KILLED, 0, symlink("/etc/passwd", made)) \
	X(change_an_owner, KILLED, 0, chown(output, 0, 0)) \
	X(read_passwd, EACCES, 1, open("/etc/passwd", O_RDONLY)) \
	X(read_memory, EACCES, 1, open("/proc/self/mem", O_RDONLY)) \
	X(change_the_root, KILLED, 0, chroot(top)) \
	X(run_a_program, KILLED, 0, execl("/bin/true", "true", NULL)) \
	X(fork_a_process, KILLED, 0, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) \
	X(fork_it_by_clone3, KILLED, 0, syscall(SYS_clone3, NULL, 0)) \
	X(make_a_namespace, KILLED, 0, syscall(SYS_unshare, 0x10000000)) \
	X(trace_the_parent, KILLED, 0, ptrace(PTRACE_ATTACH, getppid(), 0, 0)) \
	X(signal_another_process, KILLED, 0, kill(1, 0)) \
	X(change_limits, KILLED, 0, syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL)) \
	X(become_root, KILLED, 0, syscall(SYS_setresuid, 0, 0, 0)) \
	X(take_capabilities, KILLED, 0, syscall(SYS_capset, NULL, NULL)) \
	X(load_bpf, KILLED, 0, syscall(SYS_bpf, 0, NULL, 0)) \
	X(use_a_ring, KILLED, 0, syscall(SYS_io_uring_setup, 1, NULL)) \
	X(map_code, KILLED, 0, (intptr_t)mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) \
	X(make_code, KILLED, 0, mprotect(NULL, 4096, PROT_READ | PROT_EXEC)) \
	X(open_a_raw_socket, KILLED, 0, socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)) \
	X(open_a_packet_socket, KILLED, 0, socket(AF_PACKET, SOCK_DGRAM, 0)) \
	X(open_netlink, KILLED, 0, socket(AF_NETLINK, SOCK_RAW, 0)) \
	X(open_unix, KILLED, 0, socket(AF_UNIX, SOCK_STREAM, 0)) \
	X(listen_somewhere, KILLED, 0, listen(tcp, 1)) \
	X(set_an_address, KILLED, 0, ioctl(tcp, SIOCSIFADDR, NULL)) \
	X(type_for_the_user, KILLED, 0, ioctl(STDERR_FILENO, TIOCSTI, "x")) \
	SANDBOXED_ON_X86(X) \
	X(use_more_memory, FINE, 0, sandboxed_use_memory()) \
	X(wait_for_something, FINE, 0, sandboxed_wait(tcp)) \
	X(end_badly, ABORTED, 0, raise(SIGABRT)) /* as abort() does */

#define OF_A_TRACE(X) \
	X(make_a_file_in_a_trace, KILLED, 0, make_a_file()) \
	X(rename_a_file_in_a_trace, KILLED, 0, rename(output, made)) \
	X(connect_to_mail, EACCES, 4, connect_to(AF_INET, SOCK_STREAM, 25)) \
	X(open_ping, KILLED, 0, socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)) \
	X(ask_a_name_server, FINE, 0, connect_to(AF_INET, SOCK_DGRAM, 53)) \
	X(ask_it_over_tcp, FINE, 0, connect_to(AF_INET, SOCK_STREAM, 53)) \
	X(read_of_name_servers, FINE, 0, open("/etc/resolv.conf", O_RDONLY)) \
	X(read_of_hosts, FINE, 0, open("/etc/hosts", O_RDONLY)) \
	X(find_an_interface, FINE, 0, (int)if_nametoindex("lo")) \
	X(use_a_flow, FINE, 0, bind_any()) \
	X(set_the_timer, FINE, 0, set_timer()) \
	X(hear_of_signals, FINE, 0, eventfd(0, EFD_NONBLOCK)) \
	X(watch_another_socket, FINE, 0, \
		epoll_ctl(waiting, EPOLL_CTL_ADD, timer, &(struct epoll_event){ EPOLLIN, { 0 } })) \
	X(see_a_terminal, FINE, 0, ask_for_a_terminal()) \
	X(use_a_terminal, FINE, 0, change_a_terminal())

#define OF_A_READER(X) \
	X(make_a_file_while_reading, KILLED, 0, make_a_file()) \
	X(open_udp_while_reading, KILLED, 0, socket(AF_INET, SOCK_DGRAM, 0)) \
	X(open_tcp_while_reading, KILLED, 0, socket(AF_INET6, SOCK_STREAM, 0)) \
	X(read_of_name_servers_while_reading, EACCES, 1, open("/etc/resolv.conf", O_RDONLY)) \
	X(see_where_it_prints, FINE, 0, ask_for_a_terminal())

#define OF_A_RENAMER(X) \
	X(open_udp_while_renaming, KILLED, 0, socket(AF_INET, SOCK_DGRAM, 0)) \
	X(write_to_a_file_that_is_there, KILLED, 0, open(output, O_RDWR | O_CREAT, 0600)) \
	X(make_a_file_elsewhere, EACCES, 1, open(elsewhere, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) \
	X(remove_a_file_elsewhere, EACCES, 1, unlink("/etc/passwd")) \
	X(replace_a_file, FINE, 0, make_a_file()) \
	X(remove_a_file_beside, FINE, 0, unlink(output))

FORBIDDEN(SANDBOXED_FUNCTION)
OF_A_TRACE(SANDBOXED_FUNCTION)
OF_A_READER(SANDBOXED_FUNCTION)
OF_A_RENAMER(SANDBOXED_FUNCTION)

static const struct sandboxed_row forbidden[] = { FORBIDDEN(SANDBOXED_ROW) SANDBOXED_ROW_OF_I386 };
static const struct sandboxed_row of_a_trace[] = { OF_A_TRACE(SANDBOXED_ROW) };
static const struct sandboxed_row of_a_reader[] = { OF_A_READER(SANDBOXED_ROW) };
static const struct sandboxed_row of_a_renamer[] = { OF_A_RENAMER(SANDBOXED_ROW) };

static int force(enum trace_sandbox which)
{
	char why[128];

	return trace_sandbox_force(which, &options, why, sizeof(why));
}

static int enter_trace(void)
{
	return force(TRACE_SANDBOX_RUN);
}

static int enter_reader(void)
{
	return force(TRACE_SANDBOX_READ);
}

static int enter_renamer(void)
{
	return force(TRACE_SANDBOX_RENAME);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	snprintf(output, sizeof(output), "%s/trace.json", top);
	snprintf(made, sizeof(made), "%s/made", top);
	snprintf(elsewhere, sizeof(elsewhere), "/tmp/%s-made", strrchr(top, '/') + 1);
	options.outputs[0].path = output;
	options.output_count = 1;
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	waiting = epoll_create1(EPOLL_CLOEXEC);
	return tcp < 0 || timer < 0 || waiting < 0;
}

static int teardown(void **state)
{
	(void)state;
	close(tcp);
	close(timer);
	close(waiting);
	unlink(output);
	return rmdir(top); /* so nothing else was made in it */
}

#define TRY(rows, enter) sandboxed_try(rows, sizeof(rows) / sizeof((rows)[0]), enter, NULL)

static void a_trace(void **state)
{
	(void)state;
	TRY(forbidden, enter_trace);
	TRY(of_a_trace, enter_trace);
}

static void a_reader(void **state)
{
	(void)state;
	TRY(forbidden, enter_reader);
	TRY(of_a_reader, enter_reader);
}

static void a_renamer(void **state)
{
	(void)state;
	TRY(forbidden, enter_renamer);
	TRY(of_a_renamer, enter_renamer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace),
		cmocka_unit_test(a_reader),
		cmocka_unit_test(a_renamer),
	};

	return cmocka_run_group_tests_name("trace_sandbox", tests, setup, teardown);
}
