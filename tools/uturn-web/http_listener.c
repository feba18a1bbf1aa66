/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http_listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "common/sockaddr.h"
#include "common/text.h"

enum { BACKLOG = 512, AT_ONCE = 64 };

static const double relief_s = 0.1; /* out of descriptors: until some may be free again */

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
static int listen_fallback(const struct web_config *c, const struct web_listen *l)
{
	bool has_v4 = has_own_v4(c, l);
	struct web_listen v4 = { { .family = 4 }, l->port, l->is_tls, l->is_metrics };
	int fd = listen_at(l, has_v4 || !is_any(&l->addr));

	if ((fd == -EAFNOSUPPORT || fd == -EADDRNOTAVAIL) && l->addr.family == 6 && is_any(&l->addr) && !has_v4)
		return listen_at(&v4, false);
	return fd;
}

int http_listeners_open(struct http_listeners *l, const struct web_config *c, char *why, size_t why_size)
{
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < c->listener_count; i++) {
		const struct web_listen *w = &c->listeners[i];
		const char *form = w->addr.family == 6 ? "listen [%s]:%u: %s%s" : "listen %s:%u: %s%s";
		int fd = listen_fallback(c, w);

		if (fd == -EAFNOSUPPORT && w->addr.family == 6) {
			log_warning("listen [%s]:%u: this host has no IPv6, left out", addr_text(&w->addr, text),
				w->port);
			continue;
		}
		if (fd < 0) {
			snprintf(why, why_size, form, addr_text(&w->addr, text), w->port, strerror(-fd),
				fd == -EACCES ? " (start it as root, or by its service)" : "");
			return fd;
		}
		l->each[l->count++] = (struct http_listener){ .all = l, .fd = fd, .is_tls = w->is_tls };
	}
	if (l->count)
		return 0;
	snprintf(why, why_size, "listen: no address of this host is left, add 'listen 0.0.0.0:80'");
	return -EADDRNOTAVAIL;
}

static void relieved(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct http_listeners *l = w->data;

	(void)events;
	for (unsigned i = 0; i < l->count; i++)
		ev_io_start(ev, &l->each[i].on_visitor);
}

/* Out of descriptors or memory: connections wait in the backlog, instead of waking the loop again and again. */
static void pause_all(struct http_listeners *l, int err)
{
	static struct log_limit limit;

	log_limited(&limit, LOG_LEVEL_WARNING, "cannot accept a connection: %s", strerror(err));
	for (unsigned i = 0; i < l->count; i++)
		ev_io_stop(l->ev, &l->each[i].on_visitor);
	ev_timer_set(&l->on_relief, relief_s, 0);
	ev_timer_start(l->ev, &l->on_relief);
}

static void ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct http_listener *l = w->data;

	(void)ev, (void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			l->all->accepted(l->all->owner, fd, l->is_tls);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_all(l->all, errno);
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

void http_listeners_start(struct http_listeners *l, struct ev_loop *ev, http_accepted *accepted, void *owner)
{
	l->ev = ev;
	l->accepted = accepted;
	l->owner = owner;
	ev_timer_init(&l->on_relief, relieved, relief_s, 0);
	l->on_relief.data = l;
	for (unsigned i = 0; i < l->count; i++) {
		ev_io_init(&l->each[i].on_visitor, ready, l->each[i].fd, EV_READ);
		l->each[i].on_visitor.data = &l->each[i];
		ev_io_start(ev, &l->each[i].on_visitor);
	}
}

void http_listeners_close(struct http_listeners *l)
{
	for (unsigned i = 0; i < l->count; i++)
		close(l->each[i].fd);
	l->count = 0;
}

bool http_listeners_have_tls(const struct http_listeners *l)
{
	for (unsigned i = 0; i < l->count; i++)
		if (l->each[i].is_tls)
			return true;
	return false;
}
