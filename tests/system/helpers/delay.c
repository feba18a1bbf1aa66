/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A long line in user space, where the kernel has no netem: holds every packet
 * of a queue, and then lets it go on.
 *
 * usage: delay QUEUE MILLISECONDS [LOSS]; LOSS: every so manieth packet is
 * dropped. Says "ready" when it holds them.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { HELD = 1 << 16 };

static struct {
	struct mnl_socket *netlink;
	unsigned queue, loss;
	uint64_t delay_ns;
	struct {
		uint64_t due_ns;
		uint32_t id;
	} held[HELD];
	unsigned first, count, packets;
} line;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void say(struct nlmsghdr *message)
{
	if (mnl_socket_sendto(line.netlink, message, message->nlmsg_len) < 0) {
		perror("delay");
		exit(1);
	}
}

static void decide(uint32_t id, int verdict)
{
	char room[256];
	struct nlmsghdr *message = nfq_nlmsg_put(room, NFQNL_MSG_VERDICT, line.queue);

	nfq_nlmsg_verdict_put(message, (int)id, verdict);
	say(message);
}

static int on_packet(const struct nlmsghdr *message, void *data)
{
	const struct nfqnl_msg_packet_hdr *header;
	struct nlattr *attributes[NFQA_MAX + 1] = { NULL };
	unsigned at = (line.first + line.count) % HELD;

	(void)data;
	if (nfq_nlmsg_parse(message, attributes) < 0 || !attributes[NFQA_PACKET_HDR])
		return MNL_CB_OK;
	header = mnl_attr_get_payload(attributes[NFQA_PACKET_HDR]);
	if (line.count == HELD || (line.loss && ++line.packets % line.loss == 0)) {
		decide(be32toh(header->packet_id), NF_DROP);
		return MNL_CB_OK;
	}
	line.held[at].due_ns = now_ns() + line.delay_ns;
	line.held[at].id = be32toh(header->packet_id);
	line.count++;
	return MNL_CB_OK;
}

static bool bind_queue(void)
{
	char room[512];
	struct nlmsghdr *message;

	line.netlink = mnl_socket_open(NETLINK_NETFILTER);
	if (!line.netlink || mnl_socket_bind(line.netlink, 0, MNL_SOCKET_AUTOPID) < 0)
		return false;
	message = nfq_nlmsg_put(room, NFQNL_MSG_CONFIG, line.queue);
	nfq_nlmsg_cfg_put_cmd(message, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	say(message);
	message = nfq_nlmsg_put(room, NFQNL_MSG_CONFIG, line.queue);
	nfq_nlmsg_cfg_put_params(message, NFQNL_COPY_META, 0);
	nfq_nlmsg_cfg_put_qmaxlen(message, HELD);
	say(message);
	return true;
}

/* Sends on what is due; returns how long the next one has to wait, NULL: there is none. */
static const struct timespec *release(struct timespec *wait)
{
	for (; line.count; line.count--, line.first = (line.first + 1) % HELD) {
		uint64_t now = now_ns(), due = line.held[line.first].due_ns;

		if (due > now) {
			*wait = (struct timespec){ (time_t)((due - now) / 1000000000),
				(long)((due - now) % 1000000000) };
			return wait;
		}
		decide(line.held[line.first].id, NF_ACCEPT);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static char room[1 << 16];
	struct pollfd ready = { .events = POLLIN };
	struct timespec wait;

	if (argc < 3) {
		fputs("usage: delay QUEUE MILLISECONDS [LOSS]\n", stderr);
		return 2;
	}
	line.queue = (unsigned)atoi(argv[1]);
	line.delay_ns = (uint64_t)(atof(argv[2]) * 1e6);
	line.loss = argc > 3 ? (unsigned)atoi(argv[3]) : 0;
	if (!bind_queue()) {
		perror("delay");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (ready.fd = mnl_socket_get_fd(line.netlink);;) {
		const struct timespec *next = release(&wait);
		ssize_t len;

		if (ppoll(&ready, 1, next, NULL) <= 0)
			continue;
		len = mnl_socket_recvfrom(line.netlink, room, sizeof(room));
		if (len < 0 && errno != ENOBUFS) {
			perror("delay");
			return 1;
		}
		if (len > 0)
			mnl_cb_run(room, (size_t)len, 0, 0, on_packet, NULL);
	}
}
