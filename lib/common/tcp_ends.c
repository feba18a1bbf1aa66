/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/tcp_ends.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"

enum {
	ORIGINAL_DESTINATION = 80, /* SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST of <linux/netfilter_*.h> */
	DISCARD = 9, /* port */
};

bool tcp_ends_read(int fd, struct tcp_ends *ends)
{
	struct sockaddr_storage local = { 0 }, peer = { 0 };
	socklen_t local_len = sizeof(local), peer_len = sizeof(peer);

	return getsockname(fd, (struct sockaddr *)&local, &local_len) == 0 &&
		getpeername(fd, (struct sockaddr *)&peer, &peer_len) == 0 &&
		sockaddr_read((struct sockaddr *)&local, &ends->local, &ends->local_port) &&
		sockaddr_read((struct sockaddr *)&peer, &ends->peer, &ends->peer_port);
}

bool tcp_ends_are_translated(int fd, const struct tcp_ends *ends, struct tcp_ends *wire)
{
	struct sockaddr_storage original = { 0 };
	socklen_t len = ends->local.family == 4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);

	/* fails where the host tracks no connections */
	if (getsockopt(fd, ends->local.family == 4 ? SOL_IP : SOL_IPV6, ORIGINAL_DESTINATION, &original, &len) != 0)
		return false;
	*wire = *ends;
	return sockaddr_read((struct sockaddr *)&original, &wire->local, &wire->local_port) &&
		(wire->local_port != ends->local_port || !addr_equal(&wire->local, &ends->local));
}

/* To one of its own addresses the kernel speaks from that address: no packet is sent to find out. */
bool tcp_ends_are_own(const struct tcp_ends *ends)
{
	static const uint8_t loopback6[16] = { [15] = 1 };
	const struct addr *peer = &ends->peer;
	struct addr source;
	int fd;

	if (peer->family == 4 ? peer->bytes[0] == 127 : memcmp(peer->bytes, loopback6, sizeof(loopback6)) == 0)
		return false; /* uturnd refuses it, as it does other bogons */
	fd = sockaddr_connect(peer, DISCARD, 0, &source, NULL);
	if (fd < 0)
		return addr_equal(&ends->local, peer);
	close(fd);
	return addr_equal(&source, peer);
}
