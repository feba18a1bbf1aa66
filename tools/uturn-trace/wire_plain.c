/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire_plain.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answers_payload.h"
#include "common/clock.h"
#include "common/sockaddr.h"
#include "plain_error.h"

#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26 /* Linux 5.9 */
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif

enum {
	PAYLOAD = IDENTITY_TEXT + IDENTITY_KEY + 2, /* bytes, as many as a raw probe has */
	PACKET_MOST = 40 + 8 + PAYLOAD_QUIC_ANSWERED, /* the largest that has another payload */
	REPLY_MOST = 1500,
	QUOTE_MOST = 1280,
	READY = 64, /* sockets at once */
	TAKEN = 256, /* errors, and datagrams, of a socket at once: what is left is there at the next call */
	TRIES = 8, /* of a send: an error of an earlier probe is told once, to whoever calls next */
};

struct wire_plain {
	struct wire wire; /* first */
	struct wire_world *world;
	int fds[FLOWS_COUNT]; /* 0: none yet */
};

static struct wire_plain *plain_of(struct wire *w)
{
	return (struct wire_plain *)w;
}

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) ? -errno : 0;
}

/* Extensions and the received TTL are extras, which an old kernel does without. */
static int set_options(int fd, const struct aim *aim)
{
	int err = *aim->interface ? interface_bind(fd, aim->interface) : 0;

	if (err)
		return err;
	if (aim->target.family == 4) {
		err = set(fd, IPPROTO_IP, IP_RECVERR, 1);
		set(fd, IPPROTO_IP, IP_RECVTTL, 1);
		set(fd, IPPROTO_IP, IP_RECVERR_RFC4884, 1);
		set(fd, IPPROTO_IP, IP_TOS, aim->tos);
	} else {
		err = set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
		set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
		set(fd, IPPROTO_IPV6, IPV6_RECVERR_RFC4884, 1);
		set(fd, IPPROTO_IPV6, IPV6_TCLASS, aim->tos);
	}
	return err;
}

static int bind_and_connect(int fd, const struct aim *aim, uint16_t port)
{
	struct sockaddr_storage address;
	socklen_t size = sockaddr_of(&aim->source, port, &address);

	if (bind(fd, (struct sockaddr *)&address, size))
		return -errno;
	size = sockaddr_of(&aim->target, aim->port, &address);
	return connect(fd, (struct sockaddr *)&address, size) ? -errno : 0;
}

/* The socket of a flow, or a negative errno. */
static int open_flow(struct wire_plain *plain, unsigned flow)
{
	const struct aim *aim = plain->world->answers.aim;
	struct epoll_event event = { .events = EPOLLIN, .data = { .u32 = flow } };
	int fd = socket(aim->target.family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = set_options(fd, aim);
	if (!err)
		err = bind_and_connect(fd, aim, flows_port(&aim->flows, flow));
	if (!err && epoll_ctl(plain->wire.fd, EPOLL_CTL_ADD, fd, &event))
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	plain->fds[flow] = fd;
	return fd;
}

static int send_with_ttl(int fd, uint8_t family, int ttl, struct span payload)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec bytes = { (void *)(uintptr_t)payload.at, payload.len };
	struct msghdr m = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };

	control.header.cmsg_len = CMSG_LEN(sizeof(ttl));
	control.header.cmsg_level = family == 4 ? IPPROTO_IP : IPPROTO_IPV6;
	control.header.cmsg_type = family == 4 ? IP_TTL : IPV6_HOPLIMIT;
	memcpy(CMSG_DATA(&control.header), &ttl, sizeof(ttl));
	return sendmsg(fd, &m, 0) < 0 ? -errno : 0;
}

static bool is_about_another(int err)
{
	return err == -ECONNREFUSED || err == -EHOSTUNREACH || err == -ENETUNREACH || err == -EPROTO ||
		err == -ENOPROTOOPT || err == -EMSGSIZE || err == -EOPNOTSUPP || err == -EACCES;
}

static int plain_send(struct wire *w, unsigned index)
{
	struct wire_plain *plain = plain_of(w);
	const struct answer_world *world = &plain->world->answers;
	const struct sent_probe *p = &world->sent->probes[index];
	uint8_t bytes[PACKET_MOST] = { 0 };
	struct writer out = writer_of(bytes, sizeof(bytes));
	struct span payload;
	int fd = plain->fds[p->flow] ? plain->fds[p->flow] : open_flow(plain, p->flow);
	int err = fd < 0 ? fd : -EAGAIN;

	if (p->is_request || p->is_udp)
		return -EOPNOTSUPP;
	if (err == -EADDRINUSE)
		return 0; /* another run uses this flow: it stays unanswered here */
	if (world->aim->payload == PAYLOAD_TEXT) {
		identity_payload(world->identity, index, p->is_neutral, &out);
		payload = span_of(bytes, PAYLOAD);
	} else {
		payload = answers_payload(world, index, &out);
	}
	for (unsigned i = 0; fd >= 0 && i < TRIES; i++) {
		err = send_with_ttl(fd, world->aim->target.family, p->ttl, payload);
		if (!is_about_another(err))
			break;
	}
	return err;
}

static int plain_flush(struct wire *w)
{
	(void)w;
	return 0;
}

static bool read_error(struct wire_plain *plain, int fd)
{
	struct wire_world *world = plain->world;
	uint8_t quoted[QUOTE_MOST];
	union {
		struct cmsghdr header;
		char room[512];
	} control;
	struct iovec bytes = { quoted, sizeof(quoted) };
	struct msghdr m = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const ssize_t len = recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT);
	enum answer_result result;
	struct answer a;

	if (len < 0)
		return false;
	result = plain_error_read(&world->answers, &m, span_of(quoted, (size_t)len), &a);
	if (result == ANSWER_PROVEN)
		world->told(world->owner, &a, clock_ns(CLOCK_MONOTONIC));
	else if (result == ANSWER_UNPROVEN)
		world->unproven++;
	return true;
}

/*
 * What a server of the target answers. Datagrams that a u-turn host sends back
 * name no probe; it tells of the end by an error as well.
 */
static bool read_datagram(struct wire_plain *plain, int fd)
{
	struct wire_world *world = plain->world;
	uint8_t reply[REPLY_MOST];
	union {
		struct cmsghdr header;
		char room[512];
	} control;
	struct iovec bytes = { reply, sizeof(reply) };
	struct msghdr m = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	const ssize_t len = recvmsg(fd, &m, MSG_DONTWAIT);
	struct answer a = { 0 };

	if (len < 0)
		return false;
	a.ttl_received = plain_ttl(&m, world->answers.aim->target.family);
	if (answers_of_payload(&world->answers, span_of(reply, (size_t)len), &a) == ANSWER_PROVEN)
		world->told(world->owner, &a, clock_ns(CLOCK_MONOTONIC));
	return true;
}

static void plain_work(struct wire *w)
{
	struct wire_plain *plain = plain_of(w);
	struct epoll_event ready[READY];
	const int count = epoll_wait(plain->wire.fd, ready, READY, 0);

	for (int i = 0; i < count; i++) {
		const int fd = plain->fds[ready[i].data.u32];

		for (unsigned n = 0; n < TAKEN && read_error(plain, fd);)
			n++;
		for (unsigned n = 0; n < TAKEN && read_datagram(plain, fd);)
			n++;
	}
}

static void plain_close(struct wire *w)
{
	struct wire_plain *plain = plain_of(w);

	for (unsigned i = 0; i < FLOWS_COUNT; i++)
		if (plain->fds[i])
			close(plain->fds[i]);
	if (plain->wire.fd >= 0)
		close(plain->wire.fd);
	free(plain);
}

/* A descriptor a flow: as many as the user may have. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int wire_plain_open(struct wire **made, struct wire_world *w, char *why, size_t why_size)
{
	struct wire_plain *plain = calloc(1, sizeof(*plain));

	if (!plain) {
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	raise_limit();
	plain->wire = (struct wire){ plain_send, plain_flush, plain_work, plain_close, epoll_create1(EPOLL_CLOEXEC) };
	plain->world = w;
	if (plain->wire.fd < 0) {
		const int err = -errno;

		snprintf(why, why_size, "epoll: %s", strerror(-err));
		plain_close(&plain->wire);
		return err;
	}
	*made = &plain->wire;
	return 0;
}
