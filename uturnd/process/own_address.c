/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/own_address.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "packet/addr.h"

enum { READ_MOST = 64 }; /* events a turn of the loop: more of them make the descriptor readable again */

static int open_events(void)
{
	const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	int err;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&groups, sizeof(groups)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Returns 0 with *fd -1 if the host has no such family. */
static int open_raw(int family, int *fd)
{
	*fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
	return *fd >= 0 || errno == EAFNOSUPPORT ? 0 : -errno;
}

int own_addresses_open(struct own_addresses *o)
{
	int err;

	*o = (struct own_addresses){ .fd4 = -1, .fd6 = -1 };
	o->events = open_events();
	if (o->events < 0)
		return o->events;
	err = open_raw(AF_INET, &o->fd4);
	if (!err)
		err = open_raw(AF_INET6, &o->fd6);
	if (err)
		own_addresses_close(o);
	return err;
}

void own_addresses_close(struct own_addresses *o)
{
	const int fds[] = { o->events, o->fd4, o->fd6 };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*o = (struct own_addresses){ -1, -1, -1 };
}

/* What they say does not matter, nor whether some were lost (ENOBUFS): the kernel is asked anew. */
void own_addresses_read(const struct own_addresses *o)
{
	char event[4096];

	for (int i = 0; i < READ_MOST; i++)
		if (recv(o->events, event, sizeof(event), 0) < 0 && errno != ENOBUFS && errno != EINTR)
			return;
}

bool own_address_is_missing(const struct own_addresses *o, const struct addr *a)
{
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(a, 0, &to);
	int fd = a->family == 4 ? o->fd4 : o->fd6;

	return fd >= 0 && bind(fd, (struct sockaddr *)&to, len) != 0 && errno == EADDRNOTAVAIL;
}
