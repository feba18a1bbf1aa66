/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reload_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/log.h"
#include "daemon/privileges.h"
#include "reload_client.h"
#include "web_config.h"

static int listen_at(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t before = umask(0177);
	int err = 0;

	unlink(at->sun_path); /* of one that has ended: the directory is this service's */
	if (fd < 0 || bind(fd, (const struct sockaddr *)at, sizeof(*at)) != 0 || listen(fd, 4) != 0)
		err = -errno;
	umask(before);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

static void ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct reload_socket *s = w->data;
	char why[WEB_WHY_SIZE];
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	const char *words;

	(void)ev, (void)events;
	if (fd < 0)
		return;
	words = s->asked(s->owner, why, sizeof(why)) ? reload_done : why;
	send(fd, words, strlen(words), MSG_NOSIGNAL); /* a new socket has room for it */
	close(fd);
}

void reload_socket_open(struct reload_socket *s, struct ev_loop *ev, const char *user, reload_asked *asked, void *owner)
{
	const char *folder = getenv("RUNTIME_DIRECTORY");
	char why[WEB_WHY_SIZE];
	struct sockaddr_un at;

	*s = (struct reload_socket){ .fd = -1, .asked = asked, .owner = owner };
	if (!folder || *folder != '/')
		return;
	s->fd = reload_path(folder, &at) ? listen_at(&at) : -ENAMETOOLONG;
	if (s->fd < 0) {
		log_warning("%s/reload: %s: uturn-web -r cannot ask for a reload, SIGHUP does", folder,
			strerror(-s->fd));
		return;
	}
	if (privileges_give(user, at.sun_path, why, sizeof(why)) != 0)
		log_warning("%s", why);
	ev_io_init(&s->on_client, ready, s->fd, EV_READ);
	s->on_client.data = s;
	ev_io_start(ev, &s->on_client);
}

void reload_socket_close(struct reload_socket *s, struct ev_loop *ev)
{
	if (s->fd < 0)
		return;
	ev_io_stop(ev, &s->on_client);
	close(s->fd);
	s->fd = -1;
}
