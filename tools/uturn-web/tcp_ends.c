/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_ends.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Un-mapped where IPv4 came in on an IPv6 socket (RFC 4291 2.5.5.2). */
static bool address_of(const struct sockaddr_storage *from, struct addr *a, uint16_t *port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const struct sockaddr_in *in4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const uint8_t *bytes = in6->sin6_addr.s6_addr;

	if (from->ss_family == AF_INET) {
		*a = addr_from(4, (const uint8_t *)&in4->sin_addr);
		*port = ntohs(in4->sin_port);
		return true;
	}
	if (from->ss_family != AF_INET6)
		return false;
	*a = memcmp(bytes, mapped, sizeof(mapped)) == 0 ? addr_from(4, bytes + sizeof(mapped)) : addr_from(6, bytes);
	*port = ntohs(in6->sin6_port);
	return true;
}

bool tcp_ends_read(int fd, struct tcp_ends *ends)
{
	struct sockaddr_storage local = { 0 }, peer = { 0 };
	socklen_t local_len = sizeof(local), peer_len = sizeof(peer);

	return getsockname(fd, (struct sockaddr *)&local, &local_len) == 0 &&
		getpeername(fd, (struct sockaddr *)&peer, &peer_len) == 0 &&
		address_of(&local, &ends->local, &ends->local_port) && address_of(&peer, &ends->peer, &ends->peer_port);
}
