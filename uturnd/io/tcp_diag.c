/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/tcp_diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ESTABLISHED = 1, CLOSE_WAIT = 8 }; /* the TCP states in which data can still be sent */
enum { ANSWER_SIZE = 8192 };

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 request;
};

static int ask(int fd, const struct question *q)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, q, sizeof(*q), 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0 ? -errno : 0;
}

static void read_info(const struct rtattr *attribute, struct tcp_diag *found)
{
	struct tcp_info info = { 0 };
	size_t size = RTA_PAYLOAD(attribute);

	memcpy(&info, RTA_DATA(attribute), size < sizeof(info) ? size : sizeof(info));
	/* the SYN of a connection that this host opened counts as one byte */
	found->acked_bytes = info.tcpi_bytes_acked ? info.tcpi_bytes_acked - 1 : 0;
	found->rtt_ns = (uint64_t)info.tcpi_rtt * 1000;
	found->rtt_var_ns = (uint64_t)info.tcpi_rttvar * 1000;
}

/* Where there is no such connection the kernel may answer with a listening socket, hence the check of the state. */
static int read_answer(const char *answer, size_t len, struct tcp_diag *found)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
	const struct inet_diag_msg *message;
	const struct rtattr *attribute;
	size_t rest;

	if (!NLMSG_OK(header, len))
		return -EBADMSG;
	if (header->nlmsg_type == NLMSG_ERROR && header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct nlmsgerr)))
		return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
	if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return -EBADMSG;
	message = NLMSG_DATA(header);
	if (message->idiag_state != ESTABLISHED && message->idiag_state != CLOSE_WAIT)
		return -ENOENT;
	*found = (struct tcp_diag){ .inode = message->idiag_inode, .user = message->idiag_uid };
	found->cookie = (uint64_t)message->id.idiag_cookie[1] << 32 | message->id.idiag_cookie[0];
	rest = header->nlmsg_len - NLMSG_LENGTH(sizeof(*message));
	for (attribute = (const struct rtattr *)(message + 1); RTA_OK(attribute, rest);
		attribute = RTA_NEXT(attribute, rest))
		if (attribute->rta_type == INET_DIAG_INFO)
			read_info(attribute, found);
	return 0;
}

int tcp_diag_find(const struct addr *local, uint16_t local_port, const struct addr *peer, uint16_t peer_port,
	struct tcp_diag *found)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	struct question q = {
		.header = { sizeof(q), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0 },
		.request = {
			.sdiag_family = local->family == 4 ? AF_INET : AF_INET6,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_ext = 1 << (INET_DIAG_INFO - 1),
			.idiag_states = UINT32_MAX,
			.id = {
				.idiag_sport = htons(local_port),
				.idiag_dport = htons(peer_port),
				.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
			},
		},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	ssize_t len;
	int err;

	if (fd < 0)
		return -errno;
	memcpy(q.request.id.idiag_src, local->bytes, sizeof(local->bytes));
	memcpy(q.request.id.idiag_dst, peer->bytes, sizeof(peer->bytes));
	err = ask(fd, &q);
	if (!err) {
		len = recv(fd, answer, sizeof(answer), 0); /* the kernel answers before sendto() returns */
		err = len < 0 ? -errno : read_answer(answer, (size_t)len, found);
	}
	close(fd);
	return err;
}
