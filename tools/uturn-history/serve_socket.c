/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/sockaddr.h"
#include "common/stream.h"
#include "common/text.h"
#include "daemon/privileges.h"

enum { BACKLOG = 64 };

static int open_at(const struct sockaddr *at, socklen_t len)
{
	const int fd = socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1;
	int err;

	if (fd < 0)
		return -errno;
	if (at->sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, at, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* What a service that has been killed leaves behind; never anything but a socket. */
static int remove_stale(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) != 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = stream_connect(path, SOCK_NONBLOCK);
	if (fd >= 0)
		close(fd);
	if (fd != -ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(path) == 0 ? 0 : -errno;
}

static int open_path(const struct serve_listen *l, const char *user, char *why, size_t why_size)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const mode_t before = umask(0117);
	int fd = remove_stale(l->path);

	memcpy(at.sun_path, l->path, sizeof(l->path));
	if (!fd)
		fd = open_at((const struct sockaddr *)&at, sizeof(at));
	umask(before);
	if (fd < 0)
		snprintf(why, why_size, "listen %s: %s", l->path,
			fd == -EADDRINUSE       ? "another program listens there"
				: fd == -EEXIST ? "is there, and not a socket"
						: strerror(-fd));
	else if (privileges_give(user, l->path, why, why_size) != 0)
		return close(fd), serve_socket_close(l), -EPERM;
	return fd;
}

int serve_socket_open(const struct serve_listen *l, const char *user, char *why, size_t why_size)
{
	struct sockaddr_storage at;
	char addr[ADDR_TEXT_SIZE];
	socklen_t len;
	int fd;

	if (!l->addr.family)
		return open_path(l, user, why, why_size);
	len = sockaddr_of(&l->addr, l->port, &at);
	fd = open_at((const struct sockaddr *)&at, len);
	if (fd < 0)
		snprintf(why, why_size, l->addr.family == 6 ? "listen [%s]:%u: %s" : "listen %s:%u: %s",
			addr_text(&l->addr, addr), l->port,
			fd == -EADDRINUSE ? "another program listens there, choose another port" : strerror(-fd));
	return fd;
}

void serve_socket_close(const struct serve_listen *l)
{
	if (!l->addr.family)
		unlink(l->path);
}
