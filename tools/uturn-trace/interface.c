/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interface.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"

_Static_assert((int)INTERFACE_SIZE == (int)IFNAMSIZ, "a name has its room");

static int ask(const char *name, unsigned long what, struct ifreq *answer)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	*answer = (struct ifreq){ 0 };
	snprintf(answer->ifr_name, sizeof(answer->ifr_name), "%s", name);
	if (ioctl(fd, what, answer))
		err = -errno;
	close(fd);
	return err;
}

/* Only an address of this host can be bound. */
static bool is_of_this_host(const struct addr *a)
{
	struct sockaddr_storage address;
	const socklen_t size = sockaddr_of(a, 0, &address);
	const int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_bound;

	if (fd < 0)
		return false;
	is_bound = bind(fd, (struct sockaddr *)&address, size) == 0;
	close(fd);
	return is_bound;
}

int interface_check(const char *name, const struct addr *target, char *why, size_t why_size)
{
	struct ifreq answer = { .ifr_flags = 0 };

	if (strlen(name) >= INTERFACE_SIZE || !*name || ask(name, SIOCGIFFLAGS, &answer))
		snprintf(why, why_size, "--interface: '%s': no such interface (ip link lists them)", name);
	else if (!(answer.ifr_flags & IFF_UP))
		snprintf(why, why_size, "--interface: '%s' is down (ip link set %s up)", name, name);
	else if (answer.ifr_flags & IFF_LOOPBACK && !is_of_this_host(target))
		snprintf(why, why_size, "--interface: '%s' is a loopback interface, which leads to this host alone",
			name);
	else
		return 0;
	return -1;
}

static int take_interface(const struct nlattr *attribute, void *owner)
{
	if (mnl_attr_get_type(attribute) == RTA_OIF && mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
		*(uint32_t *)owner = mnl_attr_get_u32(attribute);
	return MNL_CB_OK;
}

static int take_route(const struct nlmsghdr *message, void *owner)
{
	return mnl_attr_parse(message, sizeof(struct rtmsg), take_interface, owner);
}

static bool ask_route(struct mnl_socket *socket, const struct addr *from, const struct addr *to, uint32_t *index)
{
	char room[8192];
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);
	struct rtmsg *route;
	ssize_t len;

	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST;
	route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
	route->rtm_family = to->family == 4 ? AF_INET : AF_INET6;
	route->rtm_dst_len = route->rtm_src_len = (uint8_t)(addr_size(to) * 8);
	mnl_attr_put(message, RTA_DST, addr_size(to), to->bytes);
	mnl_attr_put(message, RTA_SRC, addr_size(from), from->bytes);
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
		mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return false;
	len = mnl_socket_recvfrom(socket, room, sizeof(room));
	return len > 0 && mnl_cb_run(room, (size_t)len, 0, mnl_socket_get_portid(socket), take_route, index) >= 0;
}

bool interface_of_route(const struct addr *from, const struct addr *to, char name[INTERFACE_SIZE])
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	uint32_t index = 0;
	bool is_found;

	if (!socket)
		return false;
	is_found = ask_route(socket, from, to, &index) && index && if_indextoname(index, name);
	mnl_socket_close(socket);
	return is_found;
}

unsigned interface_mtu(const char *name)
{
	struct ifreq answer = { .ifr_flags = 0 };

	return ask(name, SIOCGIFMTU, &answer) || answer.ifr_mtu < 0 ? 0 : (unsigned)answer.ifr_mtu;
}

int interface_bind(int fd, const char *name)
{
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) ? -errno : 0;
}
