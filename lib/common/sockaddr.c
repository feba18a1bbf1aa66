/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "packet/addr.h"
#include "packet/special.h"

socklen_t sockaddr_of(const struct addr *a, uint16_t port, struct sockaddr_storage *to)
{
	struct sockaddr_in *to4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *to6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (a->family == 4) {
		*to4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
		memcpy(&to4->sin_addr, a->bytes, 4);
		return sizeof(*to4);
	}
	*to6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
	memcpy(&to6->sin6_addr, a->bytes, 16);
	return sizeof(*to6);
}

bool sockaddr_read(const struct sockaddr *from, struct addr *a, uint16_t *port)
{
	const struct sockaddr_in *in4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	struct addr six;

	if (from->sa_family != AF_INET && from->sa_family != AF_INET6)
		return false;
	if (port)
		*port = ntohs(from->sa_family == AF_INET ? in4->sin_port : in6->sin6_port);
	if (from->sa_family == AF_INET) {
		*a = addr_from(4, (const uint8_t *)&in4->sin_addr);
		return true;
	}
	six = addr_from(6, in6->sin6_addr.s6_addr);
	if (!addr_is_mapped(&six, a))
		*a = six;
	return true;
}

int sockaddr_connect(const struct addr *to, uint16_t port, int flags, struct addr *own, uint16_t *own_port)
{
	return sockaddr_connect_by(to, port, flags, NULL, own, own_port);
}

static bool is_bound(int fd, const char *interface)
{
	return !interface || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) == 0;
}

int sockaddr_connect_by(const struct addr *to, uint16_t port, int flags, const char *interface, struct addr *own,
	uint16_t *own_port)
{
	struct sockaddr_storage address;
	socklen_t len = sockaddr_of(to, port, &address), own_len = sizeof(address);
	const int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0);
	int err;

	if (fd < 0)
		return -errno;
	if (is_bound(fd, interface) && connect(fd, (struct sockaddr *)&address, len) == 0 &&
		getsockname(fd, (struct sockaddr *)&address, &own_len) == 0) {
		if (sockaddr_read((struct sockaddr *)&address, own, own_port))
			return fd;
		errno = EAFNOSUPPORT;
	}
	err = -errno;
	close(fd);
	return err;
}
