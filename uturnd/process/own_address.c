/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/own_address.h"

#include <errno.h>
#include <unistd.h>

#include "common/sockaddr.h"

bool own_address_is_missing(const struct addr *a)
{
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(a, 0, &to);
	int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_missing;

	if (fd < 0)
		return false;
	is_missing = bind(fd, (struct sockaddr *)&to, len) && errno == EADDRNOTAVAIL;
	close(fd);
	return is_missing;
}
