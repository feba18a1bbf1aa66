/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "own_address.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packet/addr.h"

static bool is_refused(int fd, const struct addr *a)
{
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };

	memcpy(&to4.sin_addr, a->bytes, sizeof(to4.sin_addr));
	memcpy(&to6.sin6_addr, a->bytes, sizeof(to6.sin6_addr));
	return (a->family == 4 ? bind(fd, (struct sockaddr *)&to4, sizeof(to4))
			       : bind(fd, (struct sockaddr *)&to6, sizeof(to6))) &&
		errno == EADDRNOTAVAIL;
}

bool own_address_is_missing(const struct addr *a)
{
	int fd = socket(a->family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_missing;

	if (fd < 0)
		return false;
	is_missing = is_refused(fd, a);
	close(fd);
	return is_missing;
}
