/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_ends.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { ORIGINAL_DESTINATION = 80 }; /* SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST of <linux/netfilter_*.h> */

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

bool tcp_ends_are_translated(int fd, const struct tcp_ends *ends, struct addr *to, uint16_t *port)
{
	struct sockaddr_storage original = { 0 };
	socklen_t len = ends->local.family == 4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);

	/* fails where the host tracks no connections */
	if (getsockopt(fd, ends->local.family == 4 ? SOL_IP : SOL_IPV6, ORIGINAL_DESTINATION, &original, &len) != 0)
		return false;
	return address_of(&original, to, port) && (*port != ends->local_port || !addr_equal(to, &ends->local));
}

bool tcp_ends_are_own(const struct tcp_ends *ends)
{
	static const uint8_t loopback6[16] = { [15] = 1 };
	const struct addr *peer = &ends->peer;
	struct ifaddrs *all = NULL;
	bool is_own = false;

	if (peer->family == 4 ? peer->bytes[0] == 127 : memcmp(peer->bytes, loopback6, sizeof(loopback6)) == 0)
		return false; /* uturnd refuses it, as it does other bogons */
	if (getifaddrs(&all) != 0)
		return addr_equal(&ends->local, &ends->peer);
	for (const struct ifaddrs *i = all; i && !is_own; i = i->ifa_next) {
		struct sockaddr_storage each = { 0 };
		struct addr a;
		uint16_t port;

		if (!i->ifa_addr || (i->ifa_addr->sa_family != AF_INET && i->ifa_addr->sa_family != AF_INET6))
			continue;
		memcpy(&each, i->ifa_addr,
			i->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
		is_own = address_of(&each, &a, &port) && addr_equal(&a, peer);
	}
	freeifaddrs(all);
	return is_own;
}
