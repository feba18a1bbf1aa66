/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_listen.h"

#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/sockaddr.h"
#include "common/standard_output.h"
#include "common/text.h"
#include "errors.h"
#include "packet/special.h"
#include "spoof_options.h"
#include "spoof_socket.h"
#include "spoof_tally.h"
#include "spoof_verdict.h"

enum { TICK_MS = 100, BATCH = 64 };

struct spoof_listener {
	const struct spoof_options *options;
	struct pollfd sockets[2]; /* IPv4, IPv6; descriptor -1: not this family */
	struct spoof_tally tally;
	unsigned long tests; /* printed */
};

/* A datagram with its destination address, which the answer must have as its source. */
struct spoof_datagram {
	uint8_t bytes[SPOOF_MESSAGE_SIZE + 1]; /* one more, so that a longer datagram is noticed */
	struct sockaddr_storage peer;
	struct iovec span;
	struct msghdr m;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

static int listen_on(int family, uint16_t port)
{
	struct addr any = { .family = family == AF_INET ? 4 : 6 };
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_storage address;
	socklen_t len = sockaddr_of(&any, port, &address);
	int on = 1, failed, err;

	if (fd < 0)
		return -errno;
	if (family == AF_INET)
		failed = setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	else
		failed = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
			setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	if (!failed && bind(fd, (struct sockaddr *)&address, len) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Both families unless one is given; a host without IPv6 listens on IPv4 alone. */
static bool sockets_open(struct spoof_listener *l)
{
	const struct spoof_options *o = l->options;
	int err = 0;

	for (int i = 0; i < 2; i++) {
		int fd = -1;

		if (o->family == 0 || (o->family == 6) == i) {
			fd = listen_on(i ? AF_INET6 : AF_INET, o->port);
			if (fd < 0 && (fd != -EAFNOSUPPORT || o->family))
				err = fd;
		}
		l->sockets[i] = (struct pollfd){ fd < 0 ? -1 : fd, POLLIN, 0 };
	}
	if (err)
		errors_print("spoof-check: UDP port %u: %s%s", o->port, strerror(-err),
			err == -EADDRINUSE ? " (--port N uses another)" : "");
	return !err;
}

/* The IP_PKTINFO of the received datagram becomes that of the answer; routing chooses the interface. */
static void control_reverse(struct spoof_datagram *d)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(&d->m);
	struct in_pktinfo info4;
	struct in6_pktinfo info6;

	if (!c)
		return;
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		memcpy(&info4, CMSG_DATA(c), sizeof(info4));
		info4.ipi_ifindex = 0;
		memcpy(CMSG_DATA(c), &info4, sizeof(info4));
	} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
		memcpy(&info6, CMSG_DATA(c), sizeof(info6));
		info6.ipi6_ifindex = 0;
		memcpy(CMSG_DATA(c), &info6, sizeof(info6));
	}
}

/* False where no datagram was waiting. */
static bool take_one(struct spoof_listener *l, int fd)
{
	struct spoof_datagram d;
	struct spoof_message m, answer;
	struct addr from;
	struct writer out;
	ssize_t len;

	d.span = (struct iovec){ d.bytes, sizeof(d.bytes) };
	d.m = (struct msghdr){ .msg_name = &d.peer,
		.msg_namelen = sizeof(d.peer),
		.msg_iov = &d.span,
		.msg_iovlen = 1,
		.msg_control = &d.control,
		.msg_controllen = sizeof(d.control) };
	len = recvmsg(fd, &d.m, 0);
	if (len < 0)
		return false;
	if (!spoof_message_parse(span_of(d.bytes, (size_t)len), &m) ||
		!sockaddr_read((struct sockaddr *)&d.peer, &from, NULL) || !addr_is_unicast_host(&from) ||
		!spoof_tally_take(&l->tally, &from, &m, clock_ns(CLOCK_MONOTONIC), &answer))
		return true;
	out = writer_of(d.bytes, SPOOF_MESSAGE_SIZE);
	spoof_message_put(&answer, &out);
	d.span.iov_len = out.len;
	control_reverse(&d);
	sendmsg(fd, &d.m, 0); /* a lost answer is asked for again */
	return true;
}

static void print_text(const struct spoof_tally_test *t)
{
	char own[ADDR_TEXT_SIZE], foreign[ADDR_TEXT_SIZE], clock[16];
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	printf("%s  %s: %u of its own, %u from %s", clock, t->own.family ? addr_text(&t->own, own) : "unknown",
		t->own_count, t->foreign_count, addr_text(&t->foreign, foreign));
	if (t->rewritten_count)
		printf(", %u rewritten by a NAT", t->rewritten_count);
	puts(" arrived");
}

static void print_json(const struct spoof_tally_test *t)
{
	char own[ADDR_TEXT_SIZE], foreign[ADDR_TEXT_SIZE];
	json_t *line = json_pack("{ss? ss si si si si}", "from", t->own.family ? addr_text(&t->own, own) : NULL,
		"foreign", addr_text(&t->foreign, foreign), "own_arrived", t->own_count, "foreign_arrived",
		t->foreign_count, "rewritten_arrived", t->rewritten_count, "answered", t->answer_count);

	if (line)
		json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
}

static bool is_done(const struct spoof_listener *l)
{
	return is_interrupted || (l->options->count && l->tests >= l->options->count);
}

static void serve(struct spoof_listener *l)
{
	struct spoof_tally_test over;
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	sigset_t none;

	sigemptyset(&none);
	while (!is_done(l) && standard_output_flush()) {
		ppoll(l->sockets, 2, l->tally.used ? &tick : NULL, &none);
		for (int i = 0; i < 2; i++)
			for (int n = 0; n < BATCH && l->sockets[i].fd >= 0 && take_one(l, l->sockets[i].fd); n++)
				;
		while (!is_done(l) && spoof_tally_over(&l->tally, clock_ns(CLOCK_MONOTONIC), &over)) {
			l->tests++;
			if (l->options->is_json)
				print_json(&over);
			else
				print_text(&over);
		}
	}
}

/* Signals are delivered during ppoll() only. */
static void signals_prepare(void)
{
	const struct sigaction action = { .sa_handler = interrupt };
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int spoof_listen(const struct spoof_options *o)
{
	struct spoof_listener *l = calloc(1, sizeof(*l));

	if (!l) {
		errors_print("spoof-check: %s", strerror(ENOMEM));
		return SPOOF_UNKNOWN;
	}
	l->options = o;
	signals_prepare();
	if (!sockets_open(l)) {
		free(l);
		return SPOOF_UNKNOWN;
	}
	if (!o->is_json)
		printf("listening on UDP port %u until ^C\n", o->port);
	serve(l);
	for (int i = 0; i < 2; i++)
		if (l->sockets[i].fd >= 0)
			close(l->sockets[i].fd);
	free(l);
	return EXIT_SUCCESS;
}
