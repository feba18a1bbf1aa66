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

/*
 * Of an accepted TCP socket the kernel keeps the TTL with which the handshake
 * ended where other sockets have that of their multicast packets, 1 unless set
 * (tcp_v4_syn_recv_sock() and tcp_v6_syn_recv_sock() of Linux).
 */
static uint8_t read_peer_ttl(int fd)
{
	socklen_t size = sizeof(int), size4 = sizeof(int);
	int ttl = 0;

	if (getsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &ttl, &size) != 0 &&
		getsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, &size4) != 0)
		return 0;
	return ttl > 1 && ttl <= 255 ? (uint8_t)ttl : 0;
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
	r->peer_ttl = read_peer_ttl(fd);
	r->snd_una = r->snd_nxt - (uint32_t)out;
	set(fd, TCP_REPAIR, TCP_REPAIR_OFF); /* sends the window probe, and clears SO_REUSEADDR */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
	return err;
}
