/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * framing ADDRESS PORT: sends each request of tests/framing.h on a connection
 * of its own, another request behind it, and prints those that do not get
 * exactly one response, the expected one, and then the end of the connection.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/framing.h"

static int connect_to(const char *address, const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	const struct timeval patience = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		perror("connect");
		exit(2);
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Statuses in the order of their lines, and whether the connection ended. */
static void talk(int fd, const struct framing *f, char *got, size_t size)
{
	static const char behind[] = "GET /page.json HTTP/1.1\r\nHost: x\r\n\r\n";
	static char bytes[64 * 1024];
	size_t len = 0, at = 0;
	ssize_t now;

	if (send(fd, f->bytes, f->len, MSG_NOSIGNAL) < 0 || send(fd, behind, sizeof(behind) - 1, MSG_NOSIGNAL) < 0)
		perror("send"); /* what has been received says more */
	while ((now = recv(fd, bytes + len, sizeof(bytes) - 1 - len, 0)) > 0)
		len += (size_t)now;
	bytes[len] = '\0';
	got[0] = '\0';
	for (char *line = strstr(bytes, "HTTP/1.1 "); line && at < size; line = strstr(line + 9, "HTTP/1.1 "))
		at += (size_t)snprintf(got + at, size - at, "%.3s ", line + 9);
	snprintf(got + at, size - at, "%s", now == 0 ? "closed" : "open");
}

int main(int argc, char **argv)
{
	char got[64], expected[64];
	size_t count = sizeof(framings) / sizeof(framings[0]), right = 0;

	if (argc != 3)
		return 2;
	for (size_t i = 0; i < count; i++) {
		int fd = connect_to(argv[1], argv[2]);

		talk(fd, &framings[i], got, sizeof(got));
		close(fd);
		snprintf(expected, sizeof(expected), "%d closed", framings[i].status);
		right += strcmp(got, expected) == 0;
		if (strcmp(got, expected) != 0)
			printf("%s: expected %s, got %s\n", framings[i].name, expected, got);
	}
	printf("%s\n", right == count ? "all" : "not all");
	return 0;
}
