/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of tests/system/scenarios/rules.sh: one packet with a TTL of one's
 * choice, or a connection that changes its own, or the service it talks to.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_storage from, to;
static socklen_t len;
static int is6;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void parse(const char *text, int port, struct sockaddr_storage *a)
{
	struct sockaddr_in *a4 = (void *)a;
	struct sockaddr_in6 *a6 = (void *)a;

	is6 = strchr(text, ':') != NULL;
	len = is6 ? sizeof(*a6) : sizeof(*a4);
	memset(a, 0, sizeof(*a));
	a->ss_family = is6 ? AF_INET6 : AF_INET;
	if (is6)
		a6->sin6_port = htons((uint16_t)port);
	else
		a4->sin_port = htons((uint16_t)port);
	if (inet_pton(a->ss_family, text, is6 ? (void *)&a6->sin6_addr : (void *)&a4->sin_addr) != 1)
		die(text);
}

static void set_ttl(int fd, int ttl)
{
	int on = 1, level = is6 ? IPPROTO_IPV6 : IPPROTO_IP, no_pmtu = 0;

	setsockopt(fd, level, is6 ? IPV6_UNICAST_HOPS : IP_TTL, &ttl, sizeof(ttl));
	setsockopt(fd, level, is6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL, &ttl, sizeof(ttl));
	setsockopt(fd, level, is6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &no_pmtu, sizeof(no_pmtu));
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
}

static unsigned short sum(const unsigned char *p, int n, unsigned long s)
{
	for (int i = 0; i < n; i++)
		s += i % 2 ? p[i] : p[i] << 8;
	s = (s >> 16) + (s & 0xffff);
	return ~(s + (s >> 16));
}

/* raw PROTO, a segment or an ICMP message of n bytes, checksum at `at` */
static void raw(int proto, unsigned char *p, int n, int at, int ttl)
{
	int fd = socket(from.ss_family, SOCK_RAW, proto);
	const unsigned char *s4 = (void *)&((struct sockaddr_in *)&from)->sin_addr;
	const unsigned char *d4 = (void *)&((struct sockaddr_in *)&to)->sin_addr;
	unsigned long pseudo = 0;
	unsigned short c;

	if (fd < 0 || bind(fd, (void *)&from, len))
		die("raw");
	set_ttl(fd, ttl);
	if (is6) {
		((struct sockaddr_in6 *)&to)->sin6_port = 0;
		if (proto == IPPROTO_TCP)
			setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &at, sizeof(at));
	} else {
		if (proto == IPPROTO_TCP)
			pseudo = (s4[0] << 8) + s4[1] + (s4[2] << 8) + s4[3] + (d4[0] << 8) + d4[1] + (d4[2] << 8) +
				d4[3] + 6 + n;
		c = sum(p, n, pseudo);
		p[at] = c >> 8;
		p[at + 1] = c;
	}
	if (sendto(fd, p, n, 0, (void *)&to, len) != n)
		die("sendto");
}

static void tcp(int flags, int ttl, int dport, int sport)
{
	unsigned char p[20] = { sport >> 8, sport, dport >> 8, dport, 1, 2, 3, 4, 0, 0, 0, 0, 0x50, flags, 4 };

	raw(IPPROTO_TCP, p, sizeof(p), 16, ttl);
}

static void icmp(int type, int code, int ttl)
{
	unsigned char p[64] = { type, code, 0, 0, 7, 7 };

	raw(is6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP, p, sizeof(p), 2, ttl);
}

static void udp(int ttl, int sport, int size)
{
	static char payload[65000];
	int fd = socket(from.ss_family, SOCK_DGRAM, 0);

	((struct sockaddr_in *)&from)->sin_port = htons(sport);
	if (bind(fd, (void *)&from, len))
		die("bind");
	set_ttl(fd, ttl);
	if (sendto(fd, payload, size, 0, (void *)&to, len) != size)
		die("sendto");
}

/*
 * One empty datagram from each of so many sources, which need not be ours: 10.128.0.0 on, and
 * for IPv6 a /64 each from fd00:9:1:: on.
 */
static void sweep(unsigned count, int ttl)
{
	enum { HEADER4 = 20, HEADER6 = 40, UDP = 8, BATCH = 64 };
	static unsigned char packets[BATCH][HEADER6 + UDP];
	static struct mmsghdr messages[BATCH];
	static struct iovec parts[BATCH];
	const int header = is6 ? HEADER6 : HEADER4, on = 1;
	int fd = socket(to.ss_family, SOCK_RAW, IPPROTO_RAW);

	if (fd < 0 || (is6 && setsockopt(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, &on, sizeof(on))))
		die("raw");
	((struct sockaddr_in *)&to)->sin_port = 0;
	for (unsigned i = 0; i < count; i++) {
		unsigned char *p = packets[i % BATCH], *source = p + 12;
		unsigned n = i % BATCH + 1;

		memset(p, 0, sizeof(packets[0]));
		if (is6) {
			memcpy(p, (unsigned char[]){ 0x60, 0, 0, 0, 0, UDP, IPPROTO_UDP, ttl, 0xfd, 0, 0, 9 }, 12);
			source[0] = 1 + (i >> 16);
			p[23] = 1;
			memcpy(p + 24, &((struct sockaddr_in6 *)&to)->sin6_addr, 16);
		} else {
			memcpy(p, (unsigned char[]){ 0x45, 0, 0, HEADER4 + UDP, 0, 0, 0, 0, ttl, IPPROTO_UDP }, 10);
			source[0] = 10;
			source[1] = 128 + (i >> 16);
			memcpy(p + 16, &((struct sockaddr_in *)&to)->sin_addr, 4);
		}
		source[2] = i >> 8;
		source[3] = i;
		memcpy(p + header, (unsigned char[]){ 44444 >> 8, 44444 & 255, 33434 >> 8, 33434 & 255, 0, UDP }, 6);
		if (is6) {
			unsigned long pseudo = IPPROTO_UDP + UDP;
			unsigned short c;

			for (int at = 8; at < HEADER6; at += 2)
				pseudo += p[at] << 8 | p[at + 1];
			c = sum(p + header, UDP, pseudo);
			p[header + 6] = c >> 8;
			p[header + 7] = c;
		}
		parts[n - 1] = (struct iovec){ p, header + UDP };
		messages[n - 1].msg_hdr = (struct msghdr){ .msg_name = &to,
			.msg_namelen = len,
			.msg_iov = &parts[n - 1],
			.msg_iovlen = 1 };
		for (unsigned sent = 0; (n == BATCH || i + 1 == count) && sent < n;) {
			int done = sendmmsg(fd, messages + sent, n - sent, 0);

			if (done < 0)
				die("sendmmsg");
			sent += done;
		}
	}
}

/* so many datagrams, as fast as they leave */
static void flood(int ttl, int count)
{
	int fd = socket(from.ss_family, SOCK_DGRAM, 0);

	((struct sockaddr_in *)&from)->sin_port = htons(44444);
	if (bind(fd, (void *)&from, len))
		die("bind");
	set_ttl(fd, ttl);
	for (int i = 0; i < count; i++)
		sendto(fd, "", 0, 0, (void *)&to, len); /* the host may say that nobody listens */
}

/* a connection that lives on with another TTL than it began with, and echoes */
static void talk(int first, int then)
{
	int fd = socket(from.ss_family, SOCK_STREAM, 0);
	char buf[64];

	set_ttl(fd, first);
	if (bind(fd, (void *)&from, len) || connect(fd, (void *)&to, len))
		die("connect");
	set_ttl(fd, then);
	for (int i = 0; i < 3; i++)
		if (write(fd, "hello", 5) != 5 || read(fd, buf, sizeof(buf)) != 5)
			die("talk");
	usleep(60000); /* the last ACK is a delayed one */
	close(fd);
	puts("hello");
}

static void serve(int port4, int port6)
{
	struct pollfd set[2];
	char buf[64];
	int on = 1, fd;
	ssize_t n;

	for (int i = 0; i < 2; i++) {
		struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(i ? port6 : port4) };

		set[i] = (struct pollfd){ socket(AF_INET6, SOCK_STREAM, 0), POLLIN, 0 };
		setsockopt(set[i].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (bind(set[i].fd, (void *)&any, sizeof(any)) || listen(set[i].fd, 9))
			die("serve");
	}
	puts("ready");
	fflush(stdout);
	while (poll(set, 2, -1) > 0)
		for (int i = 0; i < 2; i++) {
			if (!set[i].revents)
				continue;
			fd = accept(set[i].fd, NULL, NULL);
			while ((n = read(fd, buf, sizeof(buf))) > 0)
				if (write(fd, buf, n) != n)
					break;
			close(fd);
		}
}

/*
 * send udp|syn|ecn-syn|ack FROM TO TTL [DPORT [SPORT [SIZE]]]
 * send tcp-flags FROM TO TTL DPORT SPORT FLAGS
 * send icmp FROM TO TTL TYPE [CODE]
 * send talk FROM TO TTL DPORT TTL-LATER
 * send flood FROM TO TTL COUNT
 * send sweep COUNT TO TTL
 * send serve PORT PORT
 */
int main(int argc, char **argv)
{
	int arg[3] = { 33434, 44444, 12 }, ttl;
	const char *kind = argc > 3 ? argv[1] : "";

	if (strcmp(kind, "serve") == 0)
		serve(atoi(argv[2]), atoi(argv[3]));
	if (argc < 5)
		return 2;
	if (strcmp(kind, "sweep") == 0) {
		parse(argv[3], 0, &to);
		sweep(atoi(argv[2]), atoi(argv[4]));
		return 0;
	}
	for (int i = 5; i < argc && i < 8; i++)
		arg[i - 5] = atoi(argv[i]);
	parse(argv[2], 0, &from);
	parse(argv[3], arg[0], &to);
	ttl = atoi(argv[4]);
	if (strcmp(kind, "udp") == 0)
		udp(ttl, arg[1], arg[2]);
	else if (strcmp(kind, "flood") == 0)
		flood(ttl, arg[0]);
	else if (strcmp(kind, "syn") == 0)
		tcp(0x02, ttl, arg[0], arg[1]);
	else if (strcmp(kind, "ecn-syn") == 0)
		tcp(0xc2, ttl, arg[0], arg[1]);
	else if (strcmp(kind, "ack") == 0)
		tcp(0x10, ttl, arg[0], arg[1]);
	else if (strcmp(kind, "tcp-flags") == 0)
		tcp(arg[2], ttl, arg[0], arg[1]);
	else if (strcmp(kind, "icmp") == 0)
		icmp(arg[0], argc > 6 ? arg[1] : 0, ttl);
	else if (strcmp(kind, "talk") == 0)
		talk(ttl, arg[1]);
	else
		return 2;
	return 0;
}
