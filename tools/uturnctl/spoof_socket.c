/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "packet/checksum.h"
#include "packet/ip.h"

enum { HOPS = 64, PACKET_MAX = 256 };

/* As uturnd's own (raw/sender.c): IPv6 has to be transparent to take a source that is not ours. */
int spoof_socket_open_raw(uint8_t family)
{
	int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	int on = 1;
	int err;

	if (fd < 0)
		return -errno;
	if (family == 4 || setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &on, sizeof(on)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void packet_put(const struct spoof_flow *flow, struct span payload, struct writer *out)
{
	/* the kernel chooses an IPv4 id (raw(7)) */
	const struct ip_header ip = {
		.from = flow->from,
		.to = flow->to,
		.fragment = IP_DONT_FRAGMENT,
		.protocol = PROTOCOL_UDP,
		.ttl = HOPS,
	};
	const size_t packet = ip_begin(&ip, out), start = out->len;
	uint16_t sum;

	writer_u16(out, flow->from_port);
	writer_u16(out, flow->to_port);
	writer_u16(out, (uint16_t)(UDP_SIZE + payload.len));
	writer_u16(out, 0);
	writer_put(out, payload);
	if (out->overflow)
		return;
	ip_end(packet, out);
	sum = checksum_pseudo(&flow->from, &flow->to, PROTOCOL_UDP, span_of(out->at + start, out->len - start));
	writer_patch_u16(out, start + 6, sum ? sum : 0xffff); /* RFC 768: zero would say there is none */
}

/* The source goes along a second time, as in uturnd: `ip rule from` asks for it. */
static size_t source_set(const struct addr *from, struct cmsghdr *header)
{
	struct in_pktinfo info4 = { 0 };
	struct in6_pktinfo info6 = { 0 };

	if (from->family == 4) {
		memcpy(&info4.ipi_spec_dst, from->bytes, 4);
		*header = (struct cmsghdr){ CMSG_LEN(sizeof(info4)), IPPROTO_IP, IP_PKTINFO };
		memcpy(CMSG_DATA(header), &info4, sizeof(info4));
		return CMSG_SPACE(sizeof(info4));
	}
	memcpy(&info6.ipi6_addr, from->bytes, 16);
	*header = (struct cmsghdr){ CMSG_LEN(sizeof(info6)), IPPROTO_IPV6, IPV6_PKTINFO };
	memcpy(CMSG_DATA(header), &info6, sizeof(info6));
	return CMSG_SPACE(sizeof(info6));
}

int spoof_socket_send_raw(int fd, const struct spoof_flow *flow, struct span payload)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
	uint8_t packet[PACKET_MAX];
	struct writer out = writer_of(packet, sizeof(packet));
	struct iovec bytes;
	struct sockaddr_storage to;
	struct msghdr m = { .msg_name = &to, .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control };

	packet_put(flow, payload, &out);
	if (out.overflow)
		return -EMSGSIZE;
	bytes = (struct iovec){ out.at, out.len };
	memset(&control, 0, sizeof(control));
	m.msg_controllen = source_set(&flow->from, &control.header);
	m.msg_namelen = sockaddr_of(&flow->to, 0, &to); /* raw IPv6 sockets take no port */
	return sendmsg(fd, &m, 0) < 0 ? -errno : 0;
}
