/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/sockaddr.h"

#include <netinet/in.h>
#include <string.h>

#include "packet/addr.h"

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
