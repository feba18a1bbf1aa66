/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "raw/sender.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "packet/addr.h"
#include "packet/reason.h"

enum {
	BATCH = 64,
	BATCH_SIZE = BATCH * 1536, /* bytes: as many packets of Ethernet's size */
	SEND_BUFFER = 4 << 20,
};

union source {
	struct cmsghdr header;
	char room4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	char room6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* One packet, with the addresses that go to the kernel beside it. */
struct datagram {
	struct iovec bytes;
	struct sockaddr_storage to;
	union source from;
};

struct sender {
	int fd4, fd6; /* fd6 is -1 where the host has no IPv6 */
	unsigned count; /* datagrams waiting */
	size_t used; /* bytes of room: packets are packed closely, so that few pages are touched */
	size_t packet_max;
	uint32_t mark;
	int refusal; /* errno, until it is taken */
	uint64_t *counters;
	struct log_limit refused, blocked, too_large, unreachable;
	struct mmsghdr messages[BATCH];
	struct datagram datagrams[BATCH];
	uint8_t room[]; /* BATCH_SIZE and one packet more */
};

static int set_options(int fd, uint32_t mark)
{
	int size = SEND_BUFFER;

	if (mark && setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)))
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)); /* smaller, and still right */
	return 0;
}

/*
 * What the kernel has learned about the path to a prober, or a route says of its
 * MTU, does not hold back what the routers are to answer: only the MTU of the
 * interface counts, and nothing is fragmented here.
 */
static int ignore_path_mtu(int fd, int family)
{
	int interface4 = IP_PMTUDISC_INTERFACE, interface6 = IPV6_PMTUDISC_INTERFACE;
	int err;

	if (family == AF_INET)
		err = setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &interface4, sizeof(interface4));
	else
		err = setsockopt(fd, SOL_IPV6, IPV6_MTU_DISCOVER, &interface6, sizeof(interface6));
	return err ? -errno : 0;
}

/*
 * IPPROTO_RAW sends headers as they are and receives nothing. The IPv6 one
 * must be transparent to take a source that is not ours; for IPv4 including
 * the header is enough.
 */
static int open_raw(int family, uint32_t mark)
{
	int fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
	int on = 1;
	int err;

	if (fd < 0)
		return -errno;
	err = set_options(fd, mark);
	if (!err)
		err = ignore_path_mtu(fd, family);
	if (!err && family == AF_INET6 && setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &on, sizeof(on)))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int sender_open(struct sender **made, uint32_t mark, size_t packet_max, uint64_t *counters)
{
	struct sender *s = calloc(1, sizeof(*s) + BATCH_SIZE + packet_max);
	int err;

	if (!s)
		return -ENOMEM;
	s->packet_max = packet_max;
	s->counters = counters;
	s->mark = mark;
	s->fd4 = open_raw(AF_INET, mark);
	if (s->fd4 < 0) {
		err = s->fd4;
		free(s);
		return err;
	}
	s->fd6 = open_raw(AF_INET6, mark);
	if (s->fd6 < 0 && s->fd6 != -EAFNOSUPPORT) {
		err = s->fd6;
		close(s->fd4);
		free(s);
		return err;
	}
	*made = s;
	return 0;
}

int sender_bind(struct sender *s, const char *interface)
{
	const socklen_t len = (socklen_t)strlen(interface);

	if (setsockopt(s->fd4, SOL_SOCKET, SO_BINDTODEVICE, interface, len) ||
		(s->fd6 >= 0 && setsockopt(s->fd6, SOL_SOCKET, SO_BINDTODEVICE, interface, len)))
		return -errno;
	return 0;
}

void sender_close(struct sender *s)
{
	if (!s)
		return;
	sender_flush(s);
	close(s->fd4);
	if (s->fd6 >= 0)
		close(s->fd6);
	free(s);
}

struct writer sender_room(struct sender *s)
{
	if (s->count == BATCH || s->used > BATCH_SIZE)
		sender_flush(s);
	return writer_of(s->room + s->used, s->packet_max);
}

/* The source address is passed to the kernel as well: policy routing (`ip rule from`) does not read it from the header. */
static socklen_t address4(struct datagram *d, struct msghdr *m)
{
	struct sockaddr_in *to = (struct sockaddr_in *)&d->to;
	struct in_pktinfo from = { 0 };
	const uint8_t *packet = d->bytes.iov_base;

	*to = (struct sockaddr_in){ .sin_family = AF_INET };
	memcpy(&to->sin_addr, packet + 16, 4);
	memcpy(&from.ipi_spec_dst, packet + 12, 4);
	d->from.header = (struct cmsghdr){ CMSG_LEN(sizeof(from)), IPPROTO_IP, IP_PKTINFO };
	memcpy(CMSG_DATA(&d->from.header), &from, sizeof(from));
	m->msg_controllen = CMSG_SPACE(sizeof(from));
	return sizeof(*to);
}

static socklen_t address6(struct datagram *d, struct msghdr *m)
{
	struct sockaddr_in6 *to = (struct sockaddr_in6 *)&d->to;
	struct in6_pktinfo from = { 0 };
	const uint8_t *packet = d->bytes.iov_base;

	*to = (struct sockaddr_in6){ .sin6_family = AF_INET6 };
	memcpy(&to->sin6_addr, packet + 24, 16);
	memcpy(&from.ipi6_addr, packet + 8, 16);
	d->from.header = (struct cmsghdr){ CMSG_LEN(sizeof(from)), IPPROTO_IPV6, IPV6_PKTINFO };
	memcpy(CMSG_DATA(&d->from.header), &from, sizeof(from));
	m->msg_controllen = CMSG_SPACE(sizeof(from));
	return sizeof(*to);
}

static bool is_four(const struct mmsghdr *m)
{
	return ((struct sockaddr *)m->msg_hdr.msg_name)->sa_family == AF_INET;
}

void sender_push(struct sender *s, const struct writer *packet)
{
	struct datagram *d = &s->datagrams[s->count];
	struct msghdr *m = &s->messages[s->count].msg_hdr;

	if (packet->overflow)
		return; /* counted where it was built */
	d->bytes = (struct iovec){ packet->at, packet->len };
	*m = (struct msghdr){ .msg_name = &d->to, .msg_iov = &d->bytes, .msg_iovlen = 1, .msg_control = &d->from };
	m->msg_namelen = packet->at[0] >> 4 == 4 ? address4(d, m) : address6(d, m);
	s->count++;
	s->used += packet->len;
}

/* A rule of the host's own dropped it: netfilter tells the sender so. */
static void tell_blocked(struct sender *s)
{
	char match[32] = "";

	if (s->mark)
		snprintf(match, sizeof(match), "-m mark --mark 0x%x ", s->mark);
	log_limited(&s->blocked, LOG_LEVEL_WARNING,
		"send: %s (dropped by a firewall rule for outgoing packets, counted as send_refused; to let them out: "
		"iptables -I OUTPUT %s-j ACCEPT, and ip6tables)",
		strerror(EPERM), match);
}

static void count_refusal(struct sender *s, int err)
{
	if (err != EAGAIN && err != ENOBUFS && err != ENOMEM)
		s->refusal = err;
	if (err == EMSGSIZE) {
		s->counters[REASON_SEND_TOO_LARGE]++;
		log_limited(&s->too_large, LOG_LEVEL_WARNING, "send: packet exceeds the egress MTU");
	} else if (err == ENETUNREACH || err == EHOSTUNREACH) {
		s->counters[REASON_SEND_UNREACHABLE]++;
		log_limited(&s->unreachable, LOG_LEVEL_WARNING, "send: %s (no route back to a prober)", strerror(err));
	} else {
		s->counters[REASON_SEND_REFUSED]++;
		if (err == EPERM)
			tell_blocked(s);
		else
			log_limited(&s->refused, LOG_LEVEL_WARNING, "send: %s", strerror(err));
	}
}

/* Sends a run of packets of one family; one that the kernel refuses is counted and skipped. */
static void send_run(struct sender *s, int fd, unsigned first, unsigned end)
{
	while (first < end) {
		int sent = sendmmsg(fd, s->messages + first, end - first, 0);

		if (sent > 0) {
			first += (unsigned)sent;
		} else if (errno != EINTR) {
			count_refusal(s, errno);
			first++;
		}
	}
}

void sender_flush(struct sender *s)
{
	unsigned first = 0, end;

	for (; first < s->count; first = end) {
		bool four = is_four(&s->messages[first]);

		for (end = first + 1; end < s->count && is_four(&s->messages[end]) == four;)
			end++;
		send_run(s, four ? s->fd4 : s->fd6, first, end);
	}
	s->count = 0;
	s->used = 0;
}

int sender_take_refusal(struct sender *s)
{
	const int err = s->refusal;

	s->refusal = 0;
	return err;
}
