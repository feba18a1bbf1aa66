/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listen_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "common/text.h"

enum { BACKLOG = 512 };

const char *listen_text(const struct web_listen *l, char text[LISTEN_TEXT_SIZE])
{
	char addr[ADDR_TEXT_SIZE];

	snprintf(text, LISTEN_TEXT_SIZE, l->addr.family == 6 ? "[%s]:%u" : "%s:%u", addr_text(&l->addr, addr), l->port);
	return text;
}

bool listen_is_any(const struct web_listen *l)
{
	static const uint8_t zeroes[16];

	return memcmp(l->addr.bytes, zeroes, sizeof(zeroes)) == 0;
}

bool listen_is_only6(const struct web_config *c, const struct web_listen *l)
{
	if (l->addr.family != 6 || !listen_is_any(l))
		return l->addr.family == 6;
	for (unsigned i = 0; i < c->listener_count; i++)
		if (c->listeners[i].addr.family == 4 && c->listeners[i].port == l->port)
			return true;
	return false;
}

bool listen_conflicts(const struct web_listen *a, const struct web_listen *b)
{
	return a->port == b->port && (listen_is_any(a) || listen_is_any(b) || addr_equal(&a->addr, &b->addr));
}

static int open_at(const struct web_listen *l, bool is_only6)
{
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(&l->addr, l->port, &to);
	int on = 1, only6 = is_only6, err;
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (to.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only6, sizeof(only6));
	if (bind(fd, (struct sockaddr *)&to, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int listen_socket_open(const struct web_listen *l, bool is_only6)
{
	struct web_listen v4 = { .addr = { .family = 4 }, .port = l->port };
	int fd = open_at(l, is_only6);

	if ((fd == -EAFNOSUPPORT || fd == -EADDRNOTAVAIL) && l->addr.family == 6 && !is_only6)
		return open_at(&v4, false);
	return fd;
}
