/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/world.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "common/sockaddr.h"

/* linux/if.h and linux/ipv6.h do not go with those of libc */
enum { TUN_SET = 0x400454ca, TUN_ONLY = 0x0001, TUN_NO_INFO = 0x1000, QUEUE = 10000 };

struct address6 {
	struct in6_addr address;
	uint32_t length;
	int index;
};

static const char device[] = "fake0";

static bool write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const ssize_t len = (ssize_t)strlen(text);
	bool is_written;

	if (fd < 0)
		return false;
	is_written = write(fd, text, (size_t)len) == len;
	close(fd);
	return is_written;
}

/* user_namespaces(7): root inside is this user outside. */
static bool enter(void)
{
	const unsigned user = getuid(), group = getgid();
	char map[64];

	if (unshare(CLONE_NEWNET) == 0)
		return true;
	if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return false;
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", group);
	if (!write_file("/proc/self/gid_map", map))
		return false;
	snprintf(map, sizeof(map), "0 %u 1", user);
	return write_file("/proc/self/uid_map", map);
}

static bool bring_up(int fd, const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };

	strcpy(r.ifr_name, name);
	return ioctl(fd, SIOCSIFFLAGS, &r) == 0;
}

static void put_address4(struct sockaddr *to, const uint8_t *bytes)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	if (bytes)
		memcpy(&a.sin_addr, bytes, 4);
	memcpy(to, &a, sizeof(a));
}

static bool configure4(const struct network *n, int fd)
{
	const struct addr source = network_address(n, NETWORK_SOURCE, 0, 4);
	struct ifreq r = { .ifr_mtu = (int)n->mtu };
	struct rtentry route = { .rt_flags = RTF_UP, .rt_dev = (char *)(uintptr_t)device };

	strcpy(r.ifr_name, device);
	if (ioctl(fd, SIOCSIFMTU, &r))
		return false;
	r.ifr_qlen = QUEUE;
	if (ioctl(fd, SIOCSIFTXQLEN, &r))
		return false;
	put_address4(&r.ifr_addr, source.bytes);
	if (ioctl(fd, SIOCSIFADDR, &r) || !bring_up(fd, "lo") || !bring_up(fd, device))
		return false;
	put_address4(&route.rt_dst, NULL);
	put_address4(&route.rt_genmask, NULL);
	return ioctl(fd, SIOCADDRT, &route) == 0;
}

/* The kernel takes the address into use a little later, on a busy machine much later. */
static bool await_source(int fd, const struct addr *source)
{
	enum { TRIES = 5000 };
	const struct timespec pause = { 0, 1000000 };
	const struct addr target = network_address(NULL, NETWORK_TARGET, 0, 6);
	struct sockaddr_storage to, from;
	socklen_t size = sockaddr_of(&target, 1, &to);

	for (unsigned i = 0; i < TRIES; i++) {
		socklen_t from_size = sizeof(from);

		if (connect(fd, (struct sockaddr *)&to, size) == 0 &&
			getsockname(fd, (struct sockaddr *)&from, &from_size) == 0 &&
			memcmp(&((struct sockaddr_in6 *)&from)->sin6_addr, source->bytes, 16) == 0)
			return true;
		to.ss_family = AF_UNSPEC; /* or the first choice stays */
		if (connect(fd, (struct sockaddr *)&to, size) != 0)
			return false;
		to.ss_family = AF_INET6;
		nanosleep(&pause, NULL);
	}
	errno = ETIMEDOUT;
	return false;
}

static bool configure6(const struct network *n)
{
	const struct addr source = network_address(n, NETWORK_SOURCE, 0, 6);
	const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int index = (int)if_nametoindex(device);
	struct address6 a = { .length = 128, .index = index };
	struct in6_rtmsg route = { .rtmsg_metric = 1, .rtmsg_flags = RTF_UP, .rtmsg_ifindex = index };
	bool is_set;

	if (fd < 0)
		return errno == EAFNOSUPPORT; /* a kernel without IPv6 */
	memcpy(&a.address, source.bytes, 16);
	is_set = ioctl(fd, SIOCSIFADDR, &a) == 0 && ioctl(fd, SIOCADDRT, &route) == 0 && await_source(fd, &source);
	close(fd);
	return is_set;
}

/* One that asks for no neighbours, nor for routers: nothing but the packets of a test. */
static int open_tun(void)
{
	struct ifreq r = { .ifr_flags = TUN_ONLY | TUN_NO_INFO };
	const int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	strcpy(r.ifr_name, device);
	if (fd >= 0 && ioctl(fd, TUN_SET, &r)) {
		close(fd);
		return -1;
	}
	if (fd >= 0) {
		write_file("/proc/sys/net/ipv6/conf/fake0/addr_gen_mode", "1");
		write_file("/proc/sys/net/ipv6/conf/fake0/router_solicitations", "0");
	}
	return fd;
}

int world_open(const struct network *n, char *why, size_t why_size)
{
	int fd, tun;

	if (!enter()) {
		snprintf(why, why_size, "namespace: %s", strerror(errno));
		return -1;
	}
	tun = open_tun();
	if (tun < 0) {
		snprintf(why, why_size, "/dev/net/tun: %s", strerror(errno));
		return -1;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && configure4(n, fd) && configure6(n)) {
		close(fd);
		return tun;
	}
	snprintf(why, why_size, "%s: %s", device, strerror(errno));
	close(tun);
	if (fd >= 0)
		close(fd);
	return -1;
}
