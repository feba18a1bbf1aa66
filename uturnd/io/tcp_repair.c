/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/tcp_repair.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

bool tcp_repair_is_socket(int fd, uint64_t cookie)
{
	uint64_t own = 0;
	int protocol = 0;
	socklen_t own_size = sizeof(own), size = sizeof(protocol);

	return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 && protocol == IPPROTO_TCP &&
		getsockopt(fd, SOL_SOCKET, SO_COOKIE, &own, &own_size) == 0 && own == cookie;
}

static int set(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value)) == 0 ? 0 : -errno;
}

static int read_next(int fd, uint32_t *next)
{
	socklen_t size = sizeof(*next);
	int err = set(fd, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);

	if (!err && getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, next, &size) != 0)
		err = -errno;
	/* at once: a write by the owner must fail now, or the kernel would take its data for sent */
	set(fd, TCP_REPAIR_QUEUE, TCP_NO_QUEUE);
	return err;
}

int tcp_repair_read(int fd, uint64_t cookie, struct tcp_repair *r)
{
	int unsent = 0, out = 0, reuse = 0, err;
	socklen_t size = sizeof(reuse);

	if (!tcp_repair_is_socket(fd, cookie))
		return -EINVAL;
	if (getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, &size) != 0 || ioctl(fd, SIOCOUTQNSD, &unsent) != 0)
		return -errno;
	if (unsent)
		return -EAGAIN; /* repair mode would mark this data as sent without sending it */
	err = set(fd, TCP_REPAIR, TCP_REPAIR_ON);
	if (err)
		return err;
	err = read_next(fd, &r->snd_nxt);
	if (!err && ioctl(fd, SIOCOUTQ, &out) != 0)
		err = -errno;
	r->snd_una = r->snd_nxt - (uint32_t)out;
	set(fd, TCP_REPAIR, TCP_REPAIR_OFF); /* sends the window probe, and clears SO_REUSEADDR */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
	return err;
}
