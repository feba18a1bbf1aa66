/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both ends of TCP connections to be traced.
 *
 * inband_talk serve PORT CONTROL: greets each client with GREETING bytes, and does what its lines say: "send N" bytes
 * of a pattern, "trace": ask uturnd about this very connection, handing over its socket, and print what it answers
 * behind the connection's number, with a line "took MS ms". Says "ready" when it listens.
 *
 * inband_talk visit ADDRESS PORT COUNT: opens so many connections and prints their ports, one a line, then
 * "ready". Each line of its input is sent on all of them; after "send N", "exact" or "broken" is printed for each that
 * has sent the pattern, byte for byte; "bye" ends it.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GREETING = 500, MOST = 1024 };

static void fail(const char *what)
{
	fprintf(stderr, "inband_talk: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint8_t pattern(size_t at)
{
	return (uint8_t)(at * 7 + at / 251);
}

static void send_pattern(int fd, size_t count)
{
	uint8_t bytes[65536];

	for (size_t sent = 0; sent < count;) {
		size_t len = count - sent < sizeof(bytes) ? count - sent : sizeof(bytes);

		for (size_t i = 0; i < len; i++)
			bytes[i] = pattern(sent + i);
		for (size_t at = 0; at < len;) {
			ssize_t done = send(fd, bytes + at, len - at, MSG_NOSIGNAL);

			if (done <= 0)
				return;
			at += (size_t)done;
		}
		sent += len;
	}
}

static bool is_exact(int fd, size_t count)
{
	uint8_t bytes[65536];

	for (size_t got = 0; got < count;) {
		ssize_t len = recv(fd, bytes, count - got < sizeof(bytes) ? count - got : sizeof(bytes), 0);

		if (len <= 0)
			return false;
		for (ssize_t i = 0; i < len; i++)
			if (bytes[i] != pattern(got + (size_t)i))
				return false;
		got += (size_t)len;
	}
	return true;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* "192.0.2.1:80" or "[2001:db8::1]:80", IPv4-mapped ones as IPv4. */
static void name_of(const struct sockaddr_storage *a, socklen_t size, char text[80])
{
	char host[64], port[8];

	if (getnameinfo((const struct sockaddr *)a, size, host, sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV))
		fail("getnameinfo");
	if (strncmp(host, "::ffff:", 7) == 0)
		snprintf(text, 80, "%s:%s", host + 7, port);
	else
		snprintf(text, 80, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static void trace(int fd, const char *control, int number)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct sockaddr_storage local, peer;
	socklen_t local_size = sizeof(local), peer_size = sizeof(peer);
	char room[CMSG_SPACE(sizeof(int))] = { 0 }, names[2][80], request[512], line[65536];
	struct iovec bytes = { .iov_base = request };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	double before = now_ms();
	int asker = socket(AF_UNIX, SOCK_STREAM, 0);
	FILE *in;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", control);
	if (connect(asker, (struct sockaddr *)&address, sizeof(address))) {
		printf("%d error: %s: %s\n", number, control, strerror(errno));
		close(asker);
		return;
	}
	if (getsockname(fd, (struct sockaddr *)&local, &local_size) ||
		getpeername(fd, (struct sockaddr *)&peer, &peer_size))
		fail("socket's names");
	name_of(&local, local_size, names[0]);
	name_of(&peer, peer_size, names[1]);
	bytes.iov_len = (size_t)snprintf(request, sizeof(request),
		"{\"op\":\"trace\",\"flow\":{\"local\":\"%s\",\"peer\":\"%s\"}}\n", names[0], names[1]);
	*header = (struct cmsghdr){ CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(asker, &message, MSG_NOSIGNAL) < 0)
		printf("%d error: %s\n", number, strerror(errno));
	in = fdopen(asker, "r");
	while (fgets(line, sizeof(line), in)) {
		printf("%d %s", number, line);
		if (strstr(line, "\"done\"") || strstr(line, "\"error\""))
			break;
	}
	printf("%d took %.1f ms\n", number, now_ms() - before);
	fflush(stdout);
	fclose(in);
}

static void serve_one(int fd, const char *control, int number)
{
	FILE *in = fdopen(dup(fd), "r");
	uint8_t greeting[GREETING] = { 0 };
	char line[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	send(fd, greeting, sizeof(greeting), MSG_NOSIGNAL);
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, "send ", 5) == 0)
			send_pattern(fd, strtoul(line + 5, NULL, 10));
		else
			trace(fd, control, number);
	}
	exit(0);
}

static void serve(const char *port, const char *control)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port)) };
	int listener = socket(AF_INET6, SOCK_STREAM, 0), off = 0, on = 1;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(listener, (struct sockaddr *)&any, sizeof(any)) || listen(listener, MOST))
		fail("listen");
	signal(SIGCHLD, SIG_IGN);
	puts("ready");
	fflush(stdout);
	for (int number = 1;; number++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			fail("accept");
		if (fork() == 0) {
			close(listener);
			serve_one(fd, control, number);
		}
		close(fd);
	}
}

static int open_one(const char *address, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *to;
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	uint8_t greeting[GREETING];
	char name[80];
	int fd;

	if (getaddrinfo(address, port, &hints, &to))
		fail(address);
	fd = socket(to->ai_family, SOCK_STREAM, 0);
	if (connect(fd, to->ai_addr, to->ai_addrlen))
		fail("connect");
	freeaddrinfo(to);
	if (recv(fd, greeting, sizeof(greeting), MSG_WAITALL) != GREETING)
		fail("greeting");
	getsockname(fd, (struct sockaddr *)&own, &size);
	name_of(&own, size, name);
	puts(strrchr(name, ':') + 1);
	return fd;
}

static void visit(const char *address, const char *port, int count)
{
	int fds[MOST];
	char line[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < count; i++)
		fds[i] = open_one(address, port);
	puts("ready");
	while (fgets(line, sizeof(line), stdin) && strcmp(line, "bye\n") != 0) {
		for (int i = 0; i < count; i++)
			send(fds[i], line, strlen(line), MSG_NOSIGNAL);
		for (int i = 0; i < count && strncmp(line, "send ", 5) == 0; i++)
			puts(is_exact(fds[i], strtoul(line + 5, NULL, 10)) ? "exact" : "broken");
	}
	exit(0);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "serve") == 0)
		serve(argv[2], argv[3]);
	else if (argc == 5 && strcmp(argv[1], "visit") == 0 && atoi(argv[4]) <= MOST)
		visit(argv[2], argv[3], atoi(argv[4]));
	fprintf(stderr, "usage: inband_talk serve PORT CONTROL | visit ADDRESS PORT COUNT\n");
	return 2;
}
