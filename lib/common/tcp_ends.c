/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/tcp_ends.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "packet/special.h"

enum { ORIGINAL_DESTINATION = 80 }; /* SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST of <linux/netfilter_*.h> */

/* Un-mapped where IPv4 came in on an IPv6 socket (RFC 4291 2.5.5.2). */
static bool address_of(const struct sockaddr_storage *from, struct addr *a, uint16_t *port)
{
	const struct sockaddr_in *in4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	struct addr six;

	if (from->ss_family == AF_INET) {
		*a = addr_from(4, (const uint8_t *)&in4->sin_addr);
		*port = ntohs(in4->sin_port);
		return true;
	}
	if (from->ss_family != AF_INET6)
		return false;
	six = addr_from(6, in6->sin6_addr.s6_addr);
	if (!addr_is_mapped(&six, a))
		*a = six;
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

bool tcp_ends_are_translated(int fd, const struct tcp_ends *ends, struct tcp_ends *wire)
{
	struct sockaddr_storage original = { 0 };
	socklen_t len = ends->local.family == 4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);

	/* fails where the host tracks no connections */
	if (getsockopt(fd, ends->local.family == 4 ? SOL_IP : SOL_IPV6, ORIGINAL_DESTINATION, &original, &len) != 0)
		return false;
	*wire = *ends;
	return address_of(&original, &wire->local, &wire->local_port) &&
		(wire->local_port != ends->local_port || !addr_equal(&wire->local, &ends->local));
}

/* To one of its own addresses the kernel speaks from that address: no packet is sent to find out. */
bool tcp_ends_are_own(const struct tcp_ends *ends)
{
	static const uint8_t loopback6[16] = { [15] = 1 };
	const struct addr *peer = &ends->peer;
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(peer, 9, &to);
	struct addr source;
	uint16_t port;
	bool is_own;
	int fd;

	if (peer->family == 4 ? peer->bytes[0] == 127 : memcmp(peer->bytes, loopback6, sizeof(loopback6)) == 0)
		return false; /* uturnd refuses it, as it does other bogons */
	fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return addr_equal(&ends->local, peer);
	is_own = connect(fd, (struct sockaddr *)&to, len) == 0 &&
		getsockname(fd, (struct sockaddr *)&to, &(socklen_t){ sizeof(to) }) == 0 &&
		address_of(&to, &source, &port) && addr_equal(&source, peer);
	close(fd);
	return is_own;
}
