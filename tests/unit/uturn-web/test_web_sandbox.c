/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
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
#include <sys/un.h>
#include <unistd.h>

#include "tests/sandboxed.h"
#include "tools/uturn-web/acme.h"
#include "tools/uturn-web/web_config.h"
#include "tools/uturn-web/web_sandbox.h"

static char top[32], config[64], key[64], linked[64], database[64], webroot[64], challenges[128], outside[64], made[64];
static struct web_config web;
static int tcp, listener; /* sockets from before */
static uint16_t port; /* where the listener is */

static int read_whole(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, &byte, 1) < 0 ? -1 : close(fd);
}

static int map_database(void)
{
	int fd = open(database, O_RDONLY | O_CLOEXEC);
	void *bytes = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	return fd < 0 || bytes == MAP_FAILED ? -1 : close(fd);
}

static int read_challenge(const char *token)
{
	char bytes[64];
	ssize_t got = acme_read(webroot, token, bytes, sizeof(bytes));

	errno = got < 0 ? (int)-got : 0;
	return got < 0 ? -1 : 0;
}

static struct sockaddr_in at(uint16_t to)
{
	return (struct sockaddr_in){ AF_INET, htons(to), { htonl(INADDR_LOOPBACK) }, { 0 } };
}

static int connect_to(int type, uint16_t to)
{
	struct sockaddr_in address = at(to);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno == EINPROGRESS ||
		errno == ECONNREFUSED)
		return close(fd);
	return -1;
}

static int ask_uturnd(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/nonexistent/control" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 && errno == ENOENT ? close(fd) : -1;
}

static int take_a_visitor(void)
{
	struct sockaddr_in end;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1, waiting;
	char bytes[8];

	if (fd < 0 && errno == EAGAIN)
		return 0;
	if (setsockopt(fd, IPPROTO_TCP, 1, &on, sizeof(on)) ||
		getpeername(fd, (struct sockaddr *)&end, &(socklen_t){ sizeof(end) }) ||
		(recv(fd, bytes, sizeof(bytes), 0) < 0 && errno != EAGAIN) || ioctl(fd, SIOCOUTQ, &waiting))
		return -1;
	return shutdown(fd, SHUT_WR) || close(fd) ? -1 : 0;
}

/* name, what it expects, the version of Landlock that it needs, the call */
#define ROWS(X) \
	X(write_a_file, KILLED, 0, open(outside, O_WRONLY)) \
	X(write_the_configuration, KILLED, 0, open(config, O_RDWR)) \
	X(make_a_file, KILLED, 0, open(made, O_RDONLY | O_CREAT, 0600)) \
	X(empty_the_configuration, KILLED, 0, open(config, O_RDONLY | O_TRUNC)) \
	X(empty_a_challenge, KILLED, 0, open(config, O_RDONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK)) \
	X(empty_it_by_openat2, KILLED, 0, syscall(SYS_openat2, AT_FDCWD, config, NULL, 0)) \
	X(make_a_file_without_a_name, KILLED, 0, open(top, O_TMPFILE | O_RDONLY, 0600)) \
	X(hold_a_path, KILLED, 0, open("/etc/shadow", O_PATH)) \
	X(append_to_a_file, KILLED, 0, open(config, O_RDONLY | O_APPEND)) \
	X(list_a_folder, KILLED, 0, open(top, O_RDONLY | O_DIRECTORY)) \
	X(make_a_folder, KILLED, 0, mkdir(made, 0700)) \
	X(rename_a_file, KILLED, 0, rename(config, made)) \
	X(remove_a_file, KILLED, 0, unlink(config)) \
	X(link_a_file, KILLED, 0, symlink("/etc/passwd", made)) \
	X(truncate_a_file, KILLED, 0, truncate(config, 0)) \
	X(change_a_mode, KILLED, 0, chmod(config, 04755)) \
	X(change_an_owner, KILLED, 0, chown(config, 0, 0)) \
	X(read_beside_those_folders, EACCES, 1, open(outside, O_RDONLY)) \
	X(read_beside_them_without_waiting, EACCES, 1, open(outside, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)) \
	X(read_memory, EACCES, 1, open("/proc/self/mem", O_RDONLY)) \
	X(read_who_else_is_there, EACCES, 1, open("/proc/1/status", O_RDONLY)) \
	X(read_programs, EACCES, 1, open("/bin/sh", O_RDONLY)) \
	X(mount_something, KILLED, 0, mount("none", top, "tmpfs", 0, NULL)) \
	X(change_the_root, KILLED, 0, chroot(top)) \
	X(run_a_program, KILLED, 0, execl("/bin/true", "true", NULL)) \
	X(run_it_by_execveat, KILLED, 0, syscall(SYS_execveat, tcp, "", NULL, NULL, AT_EMPTY_PATH)) \
	X(fork_a_process, KILLED, 0, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) \
	X(fork_it_by_clone3, KILLED, 0, syscall(SYS_clone3, NULL, 0)) \
	X(make_a_namespace, KILLED, 0, syscall(SYS_unshare, 0x10000000)) \
	X(trace_the_parent, KILLED, 0, ptrace(PTRACE_ATTACH, getppid(), 0, 0)) \
	X(read_the_parent_s_memory, KILLED, 0, syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0)) \
	X(take_a_descriptor_of_the_parent, KILLED, 0, syscall(SYS_pidfd_getfd, 0, 0, 0)) \
	X(signal_another_process, KILLED, 0, kill(1, SIGURG)) \
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
	X(open_a_raw_socket, KILLED, 0, socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)) \
	X(open_a_socket_for_ping, KILLED, 0, socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)) \
	X(open_sctp, KILLED, 0, socket(AF_INET6, SOCK_STREAM, IPPROTO_SCTP)) \
	X(open_mptcp, KILLED, 0, socket(AF_INET, SOCK_STREAM, 262)) \
	X(open_a_packet_socket, KILLED, 0, socket(AF_PACKET, SOCK_DGRAM, 0)) \
	X(open_netlink, KILLED, 0, socket(AF_NETLINK, SOCK_RAW, 0)) \
	X(open_unix_packets, KILLED, 0, socket(AF_UNIX, SOCK_SEQPACKET, 0)) \
	X(open_vsock, KILLED, 0, socket(AF_VSOCK, SOCK_STREAM, 0)) \
	X(open_crypto, KILLED, 0, socket(AF_ALG, SOCK_SEQPACKET, 0)) \
	X(make_a_pair, KILLED, 0, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 })) \
	X(bind_a_port, KILLED, 0, bind(tcp, NULL, 0)) \
	X(listen_somewhere, KILLED, 0, listen(tcp, 1)) \
	X(connect_to_another_port, EACCES, 4, connect_to(SOCK_STREAM, port)) \
	X(connect_to_mail, EACCES, 4, connect_to(SOCK_STREAM, 25)) \
	X(name_an_interface, KILLED, 0, ioctl(tcp, SIOCGIFNAME, NULL)) \
	X(set_an_address, KILLED, 0, ioctl(tcp, SIOCSIFADDR, NULL)) \
	X(type_for_the_operator, KILLED, 0, ioctl(STDERR_FILENO, TIOCSTI, "x")) \
	SANDBOXED_ON_X86(X) \
	X(read_the_configuration, FINE, 0, read_whole(config)) /* which is another file by now */ \
	X(find_no_configuration, ENOENT, 0, open("/nonexistent/file", O_RDONLY)) \
	X(read_the_key, FINE, 0, read_whole(key)) \
	X(read_what_a_link_leads_to, FINE, 0, read_whole(linked)) \
	X(map_a_database, FINE, 0, map_database()) \
	X(read_a_challenge, FINE, 0, read_challenge("token")) /* made since */ \
	X(find_no_challenge, ENOENT, 0, read_challenge("none")) \
	X(read_of_name_servers, FINE, 0, open("/etc/resolv.conf", O_RDONLY)) \
	X(read_of_hosts, FINE, 0, open("/etc/hosts", O_RDONLY)) \
	X(see_whether_a_process_is_there, FINE, 0, kill(getpid(), 0)) \
	X(read_random_numbers, FINE, 0, open("/dev/urandom", O_RDONLY)) \
	X(ask_a_name_server, FINE, 0, connect_to(SOCK_DGRAM, 53)) \
	X(find_an_interface, FINE, 0, (int)if_nametoindex("lo")) \
	X(ask_it_over_tcp, FINE, 0, connect_to(SOCK_STREAM, 53)) \
	X(ask_uturnd_for_a_trace, FINE, 0, ask_uturnd()) \
	X(take_a_visitor_in, FINE, 0, take_a_visitor()) \
	X(use_more_memory, FINE, 0, sandboxed_use_memory()) \
	X(wait_for_something, FINE, 0, sandboxed_wait(tcp)) \
	X(draw_random_numbers, FINE, 0, getrandom(made, 8, 0)) \
	X(end_badly, ABORTED, 0, raise(SIGABRT)) /* as abort() does */

ROWS(SANDBOXED_FUNCTION)

static const struct sandboxed_row rows[] = { ROWS(SANDBOXED_ROW) SANDBOXED_ROW_OF_I386 };

static void file_write(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("listen [::]:80\n", f);
	fclose(f);
}

static char *in(char *path, const char *folder, const char *name)
{
	sprintf(path, "%s/%s", top, folder);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	return strcat(strcat(path, "/"), name);
}

static int setup(void **state)
{
	struct sockaddr_in any = at(0);

	(void)state;
	strcpy(top, "/tmp/uturn-sandbox-XXXXXX");
	assert_non_null(mkdtemp(top));
	file_write(in(config, "conf", "uturn-web.conf"));
	in(made, "conf", "made");
	file_write(in(key, "archive", "key2.pem"));
	in(linked, "live", "key.pem");
	assert_int_equal(symlink("../archive/key2.pem", linked), 0);
	file_write(in(database, "db", "places.mmdb"));
	file_write(in(outside, "other", "secret"));
	sprintf(webroot, "%s/www/acme", top);
	in(challenges, "www", "");
	web = (struct web_config){ .database_count = 1 };
	strcpy(web.certificate, linked);
	strcpy(web.key, linked);
	strcpy(web.databases[0], database);
	strcpy(web.acme_webroot, webroot); /* which is not there yet */
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&any, sizeof(any)) | listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&any, &(socklen_t){ sizeof(any) }), 0);
	port = ntohs(any.sin_port);
	return tcp < 0 || listener < 0;
}

static int teardown(void **state)
{
	static const char *const left[] = { "www/acme/.well-known/acme-challenge/token",
		"www/acme/.well-known/acme-challenge", "www/acme/.well-known", "www/acme", "www", "live/key.pem",
		"live", "archive/key2.pem", "archive", "db/places.mmdb", "db", "other/secret", "other",
		"conf/uturn-web.conf", "conf", "" };
	char path[128];
	int result = 0;

	(void)state;
	close(tcp);
	close(listener);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, left[i]);
		result |= remove(path); /* fails where somebody has made something in it */
	}
	return result;
}

static int enter(void)
{
	char why[256];

	return web_sandbox_enter(&web, config, why, sizeof(why));
}

/* An editor replaces the configuration, an ACME client makes its folders. */
static void meanwhile(void)
{
	file_write(made);
	assert_int_equal(rename(made, config), 0);
	sprintf(challenges, "%s", webroot);
	mkdir(challenges, 0700);
	mkdir(strcat(challenges, "/.well-known"), 0700);
	mkdir(strcat(challenges, "/acme-challenge"), 0700);
	file_write(strcat(challenges, "/token"));
}

static void lets_visitors_be_served_and_nothing_else(void **state)
{
	(void)state;
	sandboxed_try(rows, sizeof(rows) / sizeof(rows[0]), enter, meanwhile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lets_visitors_be_served_and_nothing_else, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
