/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "common/sockaddr.h"
#include "common/text.h"
#include "visitor.h"

enum { BACKLOG = 512, AT_ONCE = 64 };

static const double relief_s = 0.1; /* without descriptors: until some may be free again */

static bool is_any(const struct addr *a)
{
	static const uint8_t zeroes[16];

	return memcmp(a->bytes, zeroes, sizeof(zeroes)) == 0;
}

/* [::] serves both families, unless the port's IPv4 has a line of its own. */
static bool has_own_v4(const struct web_config *c, const struct web_listen *l)
{
	for (unsigned i = 0; i < c->listener_count; i++)
		if (c->listeners[i].addr.family == 4 && c->listeners[i].port == l->port)
			return true;
	return false;
}

/* A descriptor, or a negative errno. */
static int listen_at(const struct web_listen *l, bool is_only6)
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

/* Where the host has no IPv6, [::] is 0.0.0.0. */
static int listen_somehow(const struct web_config *c, const struct web_listen *l)
{
	bool has_v4 = has_own_v4(c, l);
	struct web_listen v4 = { { .family = 4 }, l->port, l->is_tls };
	int fd = listen_at(l, has_v4 || !is_any(&l->addr));

	if ((fd == -EAFNOSUPPORT || fd == -EADDRNOTAVAIL) && l->addr.family == 6 && is_any(&l->addr) && !has_v4)
		return listen_at(&v4, false);
	return fd;
}

int listeners_open(struct server *s, char *why, size_t why_size)
{
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < s->config.listener_count; i++) {
		const struct web_listen *l = &s->config.listeners[i];
		const char *form = l->addr.family == 6 ? "listen [%s]:%u: %s%s" : "listen %s:%u: %s%s";
		int fd = listen_somehow(&s->config, l);

		if (fd == -EAFNOSUPPORT && l->addr.family == 6) {
			log_warning("listen [%s]:%u: this host has no IPv6, left out", addr_text(&l->addr, text),
				l->port);
			continue;
		}
		if (fd < 0) {
			snprintf(why, why_size, form, addr_text(&l->addr, text), l->port, strerror(-fd),
				fd == -EACCES ? " (start it as root, or by its service)" : "");
			return fd;
		}
		s->listeners[s->listener_count++] = (struct listener){ .server = s, .fd = fd, .is_tls = l->is_tls };
	}
	if (s->listener_count)
		return 0;
	snprintf(why, why_size, "listen: no address of this host is left, add 'listen 0.0.0.0:80'");
	return -EADDRNOTAVAIL;
}

static void relieved(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct server *s = w->data;

	(void)ev, (void)events;
	for (unsigned i = 0; i < s->listener_count; i++)
		ev_io_start(s->ev, &s->listeners[i].on_visitor);
}

/* Out of descriptors or memory: those who wait may wait, instead of waking us for ever. */
static void pause_all(struct server *s, int err)
{
	static struct log_limit limit;

	log_limited(&limit, LOG_LEVEL_WARNING, "cannot accept a visitor: %s", strerror(err));
	for (unsigned i = 0; i < s->listener_count; i++)
		ev_io_stop(s->ev, &s->listeners[i].on_visitor);
	ev_timer_set(&s->on_relief, relief_s, 0);
	ev_timer_start(s->ev, &s->on_relief);
}

static void ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct listener *l = w->data;

	(void)ev, (void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			visitor_open(l->server, fd, l->is_tls);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_all(l->server, errno);
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

void listeners_start(struct server *s)
{
	ev_timer_init(&s->on_relief, relieved, relief_s, 0);
	s->on_relief.data = s;
	for (unsigned i = 0; i < s->listener_count; i++) {
		ev_io_init(&s->listeners[i].on_visitor, ready, s->listeners[i].fd, EV_READ);
		s->listeners[i].on_visitor.data = &s->listeners[i];
		ev_io_start(s->ev, &s->listeners[i].on_visitor);
	}
}

void listeners_close(struct server *s)
{
	for (unsigned i = 0; i < s->listener_count; i++)
		close(s->listeners[i].fd);
	s->listener_count = 0;
}
