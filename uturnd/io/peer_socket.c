/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/peer_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"

enum { MAC_SIZE = 16, RECEIVE_BUFFER = 2 << 20 };

int peer_socket_prepare(void)
{
	return sodium_init() < 0 ? -ENOSYS : 0;
}

/* As far away from the TTLs of probes as can be, or the rules of a distant peer would take the datagram for one. */
static int set_options(int fd, int family, uint32_t mark)
{
	const int most = 255, on = 1, size = RECEIVE_BUFFER;
	int err = 0;

	if (mark)
		err = setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
	if (!err && family == 6)
		err = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!err)
		err = family == 4 ? setsockopt(fd, IPPROTO_IP, IP_TTL, &most, sizeof(most))
				  : setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &most, sizeof(most));
	if (!err)
		err = setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	if (!err && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)); /* overruns earlier */
	return err ? -errno : 0;
}

int peer_socket_open(const struct peer_end *own, uint32_t mark)
{
	struct sockaddr_storage address;
	socklen_t len = sockaddr_of(&own->addr, own->port, &address);
	int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = set_options(fd, own->addr.family, mark);
	if (!err && bind(fd, (const struct sockaddr *)&address, len) == 0)
		return fd;
	err = err ? err : -errno;
	close(fd);
	return err;
}

uint32_t peer_socket_send(int fd, const struct peer_end *const *to, unsigned count, struct span bytes)
{
	struct iovec vector = { (void *)(uintptr_t)bytes.at, bytes.len };
	struct mmsghdr messages[PEER_SOCKET_ENDS];
	struct sockaddr_storage addresses[PEER_SOCKET_ENDS];
	uint32_t sent = 0;
	unsigned next = 0;

	for (unsigned i = 0; i < count; i++) {
		const socklen_t len = sockaddr_of(&to[i]->addr, to[i]->port, &addresses[i]);

		messages[i] = (struct mmsghdr){ .msg_hdr = {
							.msg_name = &addresses[i],
							.msg_namelen = len,
							.msg_iov = &vector,
							.msg_iovlen = 1,
						} };
	}
	while (next < count) {
		const int done = sendmmsg(fd, messages + next, count - next, MSG_DONTWAIT);

		for (int i = 0; i < done; i++)
			sent |= UINT32_C(1) << next++;
		next += done <= 0; /* one that cannot be reached stands in front of the others */
	}
	return sent;
}

static void read_lost(struct msghdr *message, uint32_t *lost)
{
	for (const struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, (struct cmsghdr *)c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL &&
			c->cmsg_len >= CMSG_LEN(sizeof(*lost)))
			memcpy(lost, CMSG_DATA(c), sizeof(*lost));
}

ssize_t peer_socket_receive(int fd, uint8_t *room, size_t size, struct peer_end *from, uint32_t *lost)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint32_t))];
	struct sockaddr_storage address = { 0 };
	struct iovec vector = { room, size };
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	const ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);

	*from = (struct peer_end){ 0 };
	if (got < 0)
		return -1;
	sockaddr_read((const struct sockaddr *)&address, &from->addr, &from->port);
	read_lost(&message, lost);
	return got;
}

/* False only where a size is out of its range, and these are not. */
static bool code_over(const uint8_t key[32], struct span covered, uint8_t mac[MAC_SIZE])
{
	return crypto_generichash(mac, MAC_SIZE, covered.at, covered.len, key, 32) == 0;
}

void peer_socket_seal(const uint8_t key[32], struct writer *out)
{
	uint8_t mac[MAC_SIZE];

	if (code_over(key, span_of(out->at, out->len), mac))
		writer_put(out, span_of(mac, sizeof(mac)));
	else
		out->overflow = true;
}

bool peer_socket_is_sealed(const uint8_t key[32], struct span covered, struct span mac)
{
	uint8_t right[MAC_SIZE];

	return mac.len == MAC_SIZE && code_over(key, covered, right) && sodium_memcmp(right, mac.at, MAC_SIZE) == 0;
}
