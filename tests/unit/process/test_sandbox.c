/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/sandbox.h"
#include "tests/sandboxed.h"

static char folder[32], config[64], control[64], outside[64], made[64];
static int tcp; /* a socket from before */

static int read_whole(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, &byte, 1) < 0 ? -1 : close(fd);
}

static int bind_any(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	return bind(tcp, (struct sockaddr *)&any, sizeof(any));
}

static int name_interface(void)
{
	struct ifreq lo = { .ifr_name = "lo" };

	return ioctl(tcp, SIOCGIFINDEX, &lo);
}

/* Without CAP_NET_RAW the kernel refuses; what counts is that we were let ask. */
static int capture_again(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) >= 0 || errno == EPERM ? 0 : -1;
}

/* name, what it expects, the version of Landlock that it needs, the call */
#define ROWS(X) \
	X(write_a_file, KILLED, 0, open(outside, O_WRONLY)) \
	X(write_the_configuration, KILLED, 0, open(config, O_RDWR)) \
	X(make_a_file, KILLED, 0, open(made, O_RDONLY | O_CREAT, 0600)) \
	X(empty_the_configuration, KILLED, 0, open(config, O_RDONLY | O_TRUNC)) \
	X(empty_a_file, KILLED, 0, open(outside, O_RDONLY | O_TRUNC | O_CLOEXEC)) \
	X(empty_it_by_another_call, KILLED, 0, syscall(SYS_openat, AT_FDCWD, config, O_TRUNC, 0)) \
	X(empty_it_by_openat2, KILLED, 0, syscall(SYS_openat2, AT_FDCWD, config, NULL, 0)) \
	X(make_a_file_without_a_name, KILLED, 0, open(folder, O_TMPFILE | O_RDONLY, 0600)) \
	X(make_one_to_write, KILLED, 0, open(folder, O_TMPFILE | O_RDWR, 0600)) \
	X(hold_a_path, KILLED, 0, open("/etc/shadow", O_PATH)) \
	X(append_to_a_file, KILLED, 0, open(config, O_RDONLY | O_APPEND)) \
	X(hear_of_readable_files, KILLED, 0, open(config, O_RDONLY | O_ASYNC)) \
	X(leave_times_as_they_are, KILLED, 0, open(config, O_RDONLY | O_NOATIME)) \
	X(open_with_unknown_flags, KILLED, 0, syscall(SYS_openat, AT_FDCWD, config, 0x40000000, 0)) \
	X(make_a_folder, KILLED, 0, mkdir(made, 0700)) \
	X(rename_a_file, KILLED, 0, rename(config, made)) \
	X(link_a_file, KILLED, 0, symlink("/etc/passwd", made)) \
	X(truncate_a_file, KILLED, 0, truncate(config, 0)) \
	X(change_a_mode, KILLED, 0, chmod(config, 04755)) \
	X(change_an_owner, KILLED, 0, chown(config, 0, 0)) \
	X(remove_a_file, EACCES, 1, unlink(outside)) \
	X(read_passwd, EACCES, 1, open("/etc/passwd", O_RDONLY)) \
	X(read_beside_the_configuration_s_folder, EACCES, 1, open(outside, O_RDONLY)) \
	X(read_memory, EACCES, 1, open("/proc/self/mem", O_RDONLY)) \
	X(list_a_folder, KILLED, 0, open(folder, O_RDONLY | O_DIRECTORY)) \
	X(mount_something, KILLED, 0, mount("none", folder, "tmpfs", 0, NULL)) \
	X(change_the_root, KILLED, 0, chroot(folder)) \
	X(run_a_program, KILLED, 0, execl("/bin/true", "true", NULL)) \
	X(fork_a_process, KILLED, 0, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) \
	X(fork_it_by_clone3, KILLED, 0, syscall(SYS_clone3, NULL, 0)) \
	X(make_a_namespace, KILLED, 0, syscall(SYS_unshare, 0x10000000)) \
	X(trace_the_parent, KILLED, 0, ptrace(PTRACE_ATTACH, getppid(), 0, 0)) \
	X(read_the_parent_s_memory, KILLED, 0, syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0)) \
	X(signal_another_process, KILLED, 0, kill(1, 0)) \
	X(signal_another_thread, KILLED, 0, syscall(SYS_tgkill, 1, 1, 0)) \
	X(change_limits, KILLED, 0, syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL)) \
	X(become_root, KILLED, 0, syscall(SYS_setuid, 0)) \
	X(become_root_by_setresuid, KILLED, 0, syscall(SYS_setresuid, 0, 0, 0)) \
	X(take_groups, KILLED, 0, syscall(SYS_setgroups, 0, NULL)) \
	X(take_capabilities, KILLED, 0, syscall(SYS_capset, NULL, NULL)) \
	X(change_securebits, KILLED, 0, prctl(PR_SET_SECUREBITS, 0, 0, 0, 0)) \
	X(load_a_module, KILLED, 0, syscall(SYS_init_module, NULL, 0, "")) \
	X(load_bpf, KILLED, 0, syscall(SYS_bpf, 0, NULL, 0)) \
	X(use_a_ring, KILLED, 0, syscall(SYS_io_uring_setup, 1, NULL)) \
	X(use_keys, KILLED, 0, syscall(SYS_keyctl, 0, 0, 0, 0, 0)) \
	X(set_the_clock, KILLED, 0, syscall(SYS_clock_settime, 0, NULL)) \
	X(map_code, KILLED, 0, (intptr_t)mmap(NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) \
	X(make_code, KILLED, 0, mprotect(NULL, 4096, PROT_READ | PROT_EXEC)) \
	X(open_tcp, KILLED, 0, socket(AF_INET, SOCK_STREAM, 0)) \
	X(open_udp, KILLED, 0, socket(AF_INET6, SOCK_DGRAM, 0)) \
	X(open_a_unix_socket, KILLED, 0, socket(AF_UNIX, SOCK_STREAM, 0)) \
	X(open_routing, KILLED, 0, socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)) \
	X(connect_somewhere, KILLED, 0, connect(tcp, NULL, 0)) \
	X(listen_somewhere, KILLED, 0, listen(tcp, 1)) \
	X(bind_a_port, EACCES, 4, bind_any()) \
	X(set_an_address, KILLED, 0, ioctl(tcp, SIOCSIFADDR, NULL)) \
	X(type_for_the_operator, KILLED, 0, ioctl(STDERR_FILENO, TIOCSTI, "x")) \
	SANDBOXED_ON_X86(X) \
	X(read_the_configuration, FINE, 0, read_whole(config)) /* which is another file by now */ \
	X(find_no_configuration, ENOENT, 0, open("/nonexistent/file", O_RDONLY)) \
	X(remove_the_socket, FINE, 0, unlink(control)) \
	X(open_the_capture_again, FINE, 0, capture_again()) \
	X(ask_for_an_interface, FINE, 0, name_interface()) \
	X(use_more_memory, FINE, 0, sandboxed_use_memory()) \
	X(wait_for_something, FINE, 0, sandboxed_wait(tcp)) \
	X(hear_of_signals, FINE, 0, eventfd(0, EFD_NONBLOCK)) \
	X(seed_a_hash, FINE, 0, getrandom(made, 8, 0)) \
	X(end_badly, ABORTED, 0, raise(SIGABRT)) /* as abort() does */

ROWS(SANDBOXED_FUNCTION)

static const struct sandboxed_row rows[] = { ROWS(SANDBOXED_ROW) SANDBOXED_ROW_OF_I386 };

static void file_write(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("max-ttl 8\n", f);
	fclose(f);
}

static int setup(void **state)
{
	char parent[] = "/tmp/uturn-sandbox-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(parent));
	snprintf(folder, sizeof(folder), "%s/in", parent);
	snprintf(config, sizeof(config), "%s/uturnd.conf", folder);
	snprintf(control, sizeof(control), "%s/control", folder);
	snprintf(outside, sizeof(outside), "%s/outside", parent);
	snprintf(made, sizeof(made), "%s/made", folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	file_write(outside);
	file_write(config);
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return tcp < 0;
}

static int teardown(void **state)
{
	(void)state;
	close(tcp);
	unlink(control);
	unlink(config);
	unlink(outside);
	assert_int_equal(rmdir(folder), 0); /* so nobody has made anything in it */
	*strrchr(folder, '/') = '\0';
	return rmdir(folder);
}

static int enter(void)
{
	const struct sandbox_paths paths = { .config = config, .control = control };
	char why[256];

	file_write(control);
	return sandbox_enter(&paths, why, sizeof(why));
}

/* The configuration is another file, as after an editor. */
static void meanwhile(void)
{
	file_write(made);
	assert_int_equal(rename(made, config), 0);
}

static void lets_a_loop_turn_and_nothing_else(void **state)
{
	(void)state;
	sandboxed_try(rows, sizeof(rows) / sizeof(rows[0]), enter, meanwhile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lets_a_loop_turn_and_nothing_else, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
