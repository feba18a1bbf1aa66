/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/capture_tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"

enum {
	SNAP_LENGTH = 160, /* IP and TCP with all their options */
	BURST = 64,
	BURSTS = 4, /* per call */
	CONNECTIONS = 256,
	PROLOGUE = 12,
	RECEIVE_BUFFER = 4 << 20,
};

struct capture_tcp {
	int fd;
	capture_tcp_handler handler;
	void *owner;
	uint8_t packets[BURST][SNAP_LENGTH];
};

int capture_tcp_open(struct capture_tcp **made, capture_tcp_handler handler, void *owner)
{
	struct capture_tcp *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->fd = -1;
	c->handler = handler;
	c->owner = owner;
	*made = c;
	return 0;
}

static void stop(struct capture_tcp *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

void capture_tcp_close(struct capture_tcp *c)
{
	if (!c)
		return;
	stop(c);
	free(c);
}

/* An instruction of the filter, with the number of instructions to skip if its test is true or false. */
static struct sock_filter step(unsigned code, uint32_t k, unsigned skip_true, unsigned skip_false)
{
	return (struct sock_filter){ (uint16_t)code, (uint8_t)skip_true, (uint8_t)skip_false, k };
}

static size_t compile_ports(struct sock_filter *at, uint16_t from, uint16_t to)
{
	at[0] = step(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)from << 16 | to, 0, 1);
	at[1] = step(BPF_RET | BPF_K, SNAP_LENGTH, 0, 0);
	return 2;
}

/* Both ports of a segment are loaded as one 32-bit word, which is compared with those of each connection. */
static size_t compile(struct sock_filter *program, const struct capture_tcp_ports *ports, size_t count)
{
	const struct sock_filter prologue[PROLOGUE] = {
		step(BPF_LD | BPF_B | BPF_ABS, 0, 0, 0), /* version */
		step(BPF_ALU | BPF_AND | BPF_K, 0xf0, 0, 0),
		step(BPF_JMP | BPF_JEQ | BPF_K, 0x60, 4, 0),
		step(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, 6),
		step(BPF_LD | BPF_B | BPF_ABS, 9, 0, 0), /* IPv4: protocol, and the size of the header */
		step(BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0),
		step(BPF_JMP | BPF_JA, 2, 0, 0),
		step(BPF_LD | BPF_B | BPF_ABS, 6, 0, 0), /* IPv6: next header */
		step(BPF_LDX | BPF_IMM, 40, 0, 0),
		step(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 1, 0),
		step(BPF_RET | BPF_K, 0, 0, 0),
		step(BPF_LD | BPF_W | BPF_IND, 0, 0, 0),
	};
	size_t len = PROLOGUE;

	memcpy(program, prologue, sizeof(prologue));
	for (size_t i = 0; i < count; i++) {
		len += compile_ports(program + len, ports[i].local, ports[i].peer);
		len += compile_ports(program + len, ports[i].peer, ports[i].local);
	}
	program[len++] = step(BPF_RET | BPF_K, 0, 0, 0);
	return len;
}

/* Bound last: the socket must not receive anything before it has its filter. */
static int start(struct capture_tcp *c, const struct sock_fprog *filter)
{
	const struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int on = 1, size = RECEIVE_BUFFER, err;

	c->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return -errno;
	if (setsockopt(c->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)); /* overruns earlier */
	if (setsockopt(c->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0 &&
		setsockopt(c->fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)) == 0 &&
		bind(c->fd, (const struct sockaddr *)&all, sizeof(all)) == 0)
		return 0;
	err = -errno;
	stop(c);
	return err;
}

int capture_tcp_choose(struct capture_tcp *c, const struct capture_tcp_ports *ports, size_t count)
{
	struct sock_filter program[PROLOGUE + CONNECTIONS * 4 + 1];
	struct sock_fprog filter = { .filter = program };

	if (count > CONNECTIONS)
		return -E2BIG;
	if (count == 0) {
		stop(c);
		return 0;
	}
	filter.len = (unsigned short)compile(program, ports, count);
	if (c->fd < 0)
		return start(c, &filter);
	return setsockopt(c->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0 ? 0 : -errno;
}

int capture_tcp_fd(const struct capture_tcp *c)
{
	return c->fd;
}

static uint64_t age_of(struct msghdr *message)
{
	struct timespec stamp;

	for (struct cmsghdr *m = CMSG_FIRSTHDR(message); m; m = CMSG_NXTHDR(message, m)) {
		if (m->cmsg_level != SOL_SOCKET || m->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&stamp, CMSG_DATA(m), sizeof(stamp));
		return clock_age_ns(clock_of(&stamp), clock_ns(CLOCK_REALTIME));
	}
	return 0;
}

static int work_burst(struct capture_tcp *c)
{
	struct mmsghdr messages[BURST];
	struct iovec vectors[BURST];
	struct sockaddr_ll from[BURST];
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct timespec))];
	} control[BURST];
	int count;

	for (unsigned i = 0; i < BURST; i++) {
		vectors[i] = (struct iovec){ c->packets[i], SNAP_LENGTH };
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i],
			.msg_namelen = sizeof(from[i]),
			.msg_iov = &vectors[i],
			.msg_iovlen = 1,
			.msg_control = &control[i],
			.msg_controllen = sizeof(control[i]),
		};
	}
	count = recvmmsg(c->fd, messages, BURST, MSG_DONTWAIT, NULL);
	for (int i = 0; i < count; i++)
		c->handler(c->owner, span_of(c->packets[i], messages[i].msg_len),
			from[i].sll_pkttype == PACKET_OUTGOING, age_of(&messages[i].msg_hdr));
	return count;
}

/* An interface that goes down is reported once, as an error; the socket still receives from the others. */
void capture_tcp_work(struct capture_tcp *c)
{
	for (int i = 0; i < BURSTS && c->fd >= 0; i++)
		if (work_burst(c) < BURST)
			return;
}
