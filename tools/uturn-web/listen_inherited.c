/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listen_inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/keywords.h"
#include "common/sockaddr.h"

enum { FIRST = 3 }; /* SD_LISTEN_FDS_START */

static unsigned long number_of(const char *name)
{
	const char *text = getenv(name);
	unsigned long value;

	return text && number_parse(text, "", &value) ? value : 0;
}

static bool take(int fd, struct web_listen *at)
{
	struct sockaddr_storage own;
	socklen_t len = sizeof(own), size = sizeof(int);
	int listens = 0, flags = fcntl(fd, F_GETFL);

	if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens ||
		getsockname(fd, (struct sockaddr *)&own, &len) != 0 ||
		!sockaddr_read((struct sockaddr *)&own, &at->addr, &at->port))
		return false;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	return true;
}

int listen_inherited_take(struct listen_inherited *l, char *why, size_t why_size)
{
	unsigned long count = number_of("LISTEN_FDS");

	l->count = 0;
	if (number_of("LISTEN_PID") != (unsigned long)getpid())
		return 0;
	if (count > WEB_LISTENERS) {
		snprintf(why, why_size, "LISTEN_FDS: %lu sockets, at most %d can be served (see uturn-web.socket)",
			count, WEB_LISTENERS);
		return -E2BIG;
	}
	for (unsigned i = 0; i < count; i++, l->count++) {
		l->each[i].fd = FIRST + (int)i;
		l->each[i].at = (struct web_listen){ .is_tls = false };
		if (take(l->each[i].fd, &l->each[i].at))
			continue;
		snprintf(why, why_size,
			"LISTEN_FDS: descriptor %d is not a TCP socket that listens (see uturn-web.socket)",
			l->each[i].fd);
		return -ENOTSOCK;
	}
	return 0;
}
