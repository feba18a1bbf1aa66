/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "aim.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "common/text.h"
#include "packet/ip.h"

bool aim_is_quoted(const struct aim *aim)
{
	return aim->protocol == PROTOCOL_UDP && aim->payload == PAYLOAD_TEXT;
}

const char *aim_protocol(const struct aim *aim)
{
	return aim->protocol == PROTOCOL_UDP ? "udp" : aim->protocol == PROTOCOL_TCP ? "tcp" : "icmp";
}

static int look_up(const char *name, uint8_t family, struct addr *found, char *why, size_t why_size)
{
	const struct addrinfo hints = {
		.ai_family = family == 4 ? AF_INET
			: family == 6    ? AF_INET6
					 : AF_UNSPEC,
		.ai_socktype = SOCK_DGRAM,
	};
	struct addrinfo *list;
	int status = getaddrinfo(name, NULL, &hints, &list);

	if (status == 0) {
		status = sockaddr_read(list->ai_addr, found, NULL) ? 0 : EAI_FAMILY;
		freeaddrinfo(list);
	}
	if (status == 0)
		return 0;
	if (status == EAI_NONAME || status == EAI_NODATA || status == EAI_ADDRFAMILY)
		snprintf(why, why_size, "%s: no such host%s", name,
			family == 4           ? " with an IPv4 address"
				: family == 6 ? " with an IPv6 address"
					      : "");
	else
		snprintf(why, why_size, "%s: %s", name, gai_strerror(status));
	return -1;
}

/* Without a route the kernel takes the target for a neighbour, and an interface may have no address. */
static bool has_source(const struct aim *aim, char *why, size_t why_size)
{
	for (size_t i = 0; i < addr_size(&aim->source); i++)
		if (aim->source.bytes[i])
			return true;
	snprintf(why, why_size, "--interface: '%s' has no IPv%u address (ip address add)", aim->interface,
		aim->target.family);
	return false;
}

/* The address that the routing table chooses, or that of the interface. */
static int choose_source(struct aim *aim, char *why, size_t why_size)
{
	const char *interface = *aim->interface ? aim->interface : NULL;
	const int fd = sockaddr_connect_by(&aim->target, aim->port, 0, interface, &aim->source, NULL);
	char text[ADDR_TEXT_SIZE];

	if (fd >= 0) {
		close(fd);
		return has_source(aim, why, why_size) ? 0 : -1;
	}
	if (interface && fd == -EPERM)
		snprintf(why, why_size,
			"--interface: '%s' needs CAP_NET_RAW before Linux 5.7 (--source ADDR works without)",
			interface);
	else
		snprintf(why, why_size, "%s%s%s: %s", addr_text(&aim->target, text), interface ? " by " : "",
			interface ? interface : "", strerror(-fd));
	return -1;
}

static int take_source(struct aim *aim, const char *text, char *why, size_t why_size)
{
	struct sockaddr_storage address;
	socklen_t size;
	int fd, status;

	if (!addr_parse(text, &aim->source) || aim->source.family != aim->target.family) {
		snprintf(why, why_size, "--source: '%s' is not an IPv%u address", text, aim->target.family);
		return -1;
	}
	size = sockaddr_of(&aim->source, 0, &address);
	fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	status = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&address, size);
	if (status)
		snprintf(why, why_size, "--source: %s: %s", text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return status;
}

int aim_at(struct aim *aim, const char *name, uint8_t family, const char *source, const char *interface, char *why,
	size_t why_size)
{
	if (look_up(name, family, &aim->target, why, why_size) ||
		(interface && interface_check(interface, &aim->target, why, why_size)))
		return -1;
	snprintf(aim->interface, sizeof(aim->interface), "%s", interface ? interface : "");
	return source ? take_source(aim, source, why, why_size) : choose_source(aim, why, why_size);
}
