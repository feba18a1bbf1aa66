/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/control_listener.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 16 };

static int directory_make(struct control_listener *l)
{
	char *slash;

	strcpy(l->directory, l->address.sun_path);
	slash = strrchr(l->directory, '/');
	if (!slash || slash == l->directory)
		return 0;
	*slash = '\0';
	if (mkdir(l->directory, 0755) == 0)
		l->made = l->directory;
	else if (errno != EEXIST)
		return -errno;
	return 0;
}

/* By umask, not by a later chmod(): the socket is never accessible to others, not even for a moment. */
static int bind_private(const struct control_listener *l)
{
	mode_t old = umask(0117);
	int err = bind(l->fd, (const struct sockaddr *)&l->address, sizeof(l->address)) == 0 ? 0 : -errno;

	umask(old);
	return err;
}

static int stale_remove(const struct sockaddr_un *address)
{
	struct stat st;
	int err = 0;
	int fd;

	if (lstat(address->sun_path, &st) != 0)
		return -errno;
	if (!S_ISSOCK(st.st_mode))
		return -ENOTSOCK;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
		err = -EADDRINUSE;
	else if (errno != ECONNREFUSED || unlink(address->sun_path) != 0)
		err = -errno;
	close(fd);
	return err;
}

static int bind_replacing(struct control_listener *l)
{
	struct stat st;
	int err = bind_private(l);

	if (err == -EADDRINUSE) {
		err = stale_remove(&l->address);
		if (!err)
			err = bind_private(l);
	}
	if (err)
		return err;
	if (lstat(l->address.sun_path, &st) != 0)
		return -errno;
	l->device = st.st_dev;
	l->inode = st.st_ino;
	return listen(l->fd, BACKLOG) == 0 ? 0 : -errno;
}

int control_listener_open(struct control_listener *l, const char *path)
{
	int err;

	*l = (struct control_listener){ .fd = -1, .address.sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(l->address.sun_path))
		return -ENAMETOOLONG;
	strcpy(l->address.sun_path, path);
	err = directory_make(l);
	if (err)
		return err;
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	err = l->fd < 0 ? -errno : bind_replacing(l);
	if (err)
		control_listener_close(l);
	return err;
}

void control_listener_close(struct control_listener *l)
{
	struct stat st;

	if (l->inode && lstat(l->address.sun_path, &st) == 0 && st.st_dev == l->device && st.st_ino == l->inode)
		unlink(l->address.sun_path);
	if (l->made)
		rmdir(l->made); /* fails, as it should, if others have put something there */
	if (l->fd >= 0)
		close(l->fd);
	*l = (struct control_listener){ .fd = -1 };
}
