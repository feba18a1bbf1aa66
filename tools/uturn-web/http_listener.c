/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http_listener.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "listen_socket.h"

enum { AT_ONCE = 64, PLACES = 3 * WEB_LISTENERS };

static const double relief_s = 0.1; /* out of descriptors: until some may be free again */

static void relieved(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct http_listeners *l = w->data;

	(void)events;
	for (unsigned i = 0; i < PLACES; i++)
		if (l->each[i].fd >= 0)
			ev_io_start(ev, &l->each[i].on_visitor);
}

/* Out of descriptors or memory: connections wait in the backlog, instead of waking the loop again and again. */
static void pause_all(struct http_listeners *l, int err)
{
	static struct log_limit limit;

	log_limited(&limit, LOG_LEVEL_WARNING, "cannot accept a connection: %s", strerror(err));
	for (unsigned i = 0; i < PLACES; i++)
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
			if (l->is_served)
				l->all->accepted(l->all->owner, fd, l->at.is_tls);
			else
				close(fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_all(l->all, errno);
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

void http_listeners_init(struct http_listeners *l, struct ev_loop *ev, http_accepted *accepted, void *owner)
{
	*l = (struct http_listeners){ .ev = ev, .accepted = accepted, .owner = owner };
	ev_timer_init(&l->on_relief, relieved, relief_s, 0);
	l->on_relief.data = l;
	for (unsigned i = 0; i < PLACES; i++) {
		l->each[i] = (struct http_listener){ .all = l, .fd = -1, .line = -1 };
		ev_io_init(&l->each[i].on_visitor, ready, -1, EV_READ);
		l->each[i].on_visitor.data = &l->each[i];
	}
}

/* Its place; there is always one, for the table has room for all that can be open at once. */
static struct http_listener *add(struct http_listeners *l, int fd, const struct web_listen *at)
{
	struct http_listener *place = l->each;

	while (place->fd >= 0)
		place++;
	place->fd = fd;
	place->at = *at;
	place->is_only6 = place->is_inherited = place->is_served = false;
	place->line = -1;
	ev_io_set(&place->on_visitor, fd, EV_READ);
	return place;
}

static void shut(struct http_listener *place)
{
	ev_io_stop(place->all->ev, &place->on_visitor);
	close(place->fd);
	place->fd = -1;
	place->line = -1;
}

void http_listeners_inherit(struct http_listeners *l, const struct listen_inherited *inherited)
{
	for (unsigned i = 0; i < inherited->count; i++) {
		struct http_listener *place = add(l, inherited->each[i].fd, &inherited->each[i].at);

		place->is_inherited = true;
		ev_io_start(l->ev, &place->on_visitor);
	}
}

/* Is this what the line asks for? Of a service manager's [::] it alone knows whether that takes IPv4. */
static bool fits(const struct http_listener *place, const struct web_listen *line, bool is_only6)
{
	if (place->fd < 0 || place->line >= 0 || place->at.port != line->port)
		return false;
	if (place->is_inherited && line->addr.family == 6 && !is_only6 && place->at.addr.family == 4 &&
		listen_is_any(&place->at))
		return true; /* this host has no IPv6 */
	return addr_equal(&place->at.addr, &line->addr) && (place->is_inherited || place->is_only6 == is_only6);
}

static struct http_listener *find(struct http_listeners *l, const struct web_listen *line, bool is_only6)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (fits(&l->each[i], line, is_only6))
			return &l->each[i];
	return NULL;
}

static int open_one(struct http_listeners *l, const struct web_listen *line, bool is_only6)
{
	return l->opener ? listen_opener_ask(l->opener, line, is_only6) : listen_socket_open(line, is_only6);
}

static const char *remedy_of(const struct http_listeners *l, int err)
{
	if (err == -EPIPE)
		return " (the process that opens listeners has ended: restart uturn-web)";
	if (err != -EACCES)
		return "";
	return l->opener ? " (restart uturn-web, or use uturn-web.socket)" : " (start it as root, or by its service)";
}

/* Those that would be in the way of this one, and go: returns how many, moved to `closed`. */
static unsigned make_room(struct http_listeners *l, const struct web_listen *line, struct http_listener *closed)
{
	unsigned count = 0;

	for (unsigned i = 0; i < PLACES; i++) {
		struct http_listener *place = &l->each[i];

		if (place->fd < 0 || place->line >= 0 || place->is_inherited || !listen_conflicts(&place->at, line))
			continue;
		closed[count++] = *place;
		shut(place);
	}
	return count;
}

static void undo(struct http_listeners *l, const struct http_listener *closed, unsigned count)
{
	char text[LISTEN_TEXT_SIZE];

	for (unsigned i = 0; i < PLACES; i++) {
		if (l->each[i].line >= 0 && !l->each[i].is_served && !l->each[i].is_inherited)
			shut(&l->each[i]);
		l->each[i].line = -1;
	}
	for (unsigned i = 0; i < count; i++) {
		int fd = open_one(l, &closed[i].at, closed[i].is_only6);
		struct http_listener *place;

		if (fd < 0) {
			log_error("listen %s: cannot be opened again: %s (restart uturn-web)",
				listen_text(&closed[i].at, text), strerror(-fd));
			continue;
		}
		place = add(l, fd, &closed[i].at);
		place->is_only6 = closed[i].is_only6;
		place->is_served = true;
		ev_io_start(l->ev, &place->on_visitor);
	}
}

/* The configuration is in force. */
static void settle(struct http_listeners *l, const struct web_config *c, bool has_pair)
{
	char text[LISTEN_TEXT_SIZE];

	for (unsigned i = 0; i < c->listener_count; i++)
		if (c->listeners[i].is_tls && !has_pair)
			log_warning("%s waits for a certificate (uturn-cert)", listen_text(&c->listeners[i], text));
	for (unsigned i = 0; i < PLACES; i++) {
		struct http_listener *place = &l->each[i];

		place->is_served = place->fd >= 0 && place->line >= 0;
		if (place->is_served) {
			place->at.is_tls = c->listeners[place->line].is_tls;
			place->is_served = has_pair || !place->at.is_tls;
			ev_io_start(l->ev, &place->on_visitor);
		} else if (place->fd >= 0 && !place->is_inherited) {
			shut(place);
		}
		place->line = -1;
	}
	if (l->opener)
		listen_opener_settle(l->opener);
}

/* 1: it is open; 0: it waits, or this host has no such address; or a negative errno with words. */
static int follow_line(struct http_listeners *l, const struct web_config *c, int number, bool has_pair,
	struct http_listener *closed, unsigned *closed_count, char *why, size_t why_size)
{
	const struct web_listen *line = &c->listeners[number];
	bool is_only6 = listen_is_only6(c, line), waits = line->is_tls && !has_pair;
	struct http_listener *place = find(l, line, is_only6);
	char text[LISTEN_TEXT_SIZE];
	int fd;

	if (!place && !waits) {
		*closed_count += make_room(l, line, closed + *closed_count);
		fd = open_one(l, line, is_only6);
		listen_text(line, text);
		if (fd == -EAFNOSUPPORT && line->addr.family == 6) {
			log_warning("listen %s: this host has no IPv6, left out", text);
			return 0;
		}
		if (fd < 0) {
			snprintf(why, why_size, "listen %s: %s%s", text, strerror(-fd), remedy_of(l, fd));
			return fd;
		}
		place = add(l, fd, line);
		place->is_only6 = is_only6;
	}
	if (place && (place->is_inherited || !waits))
		place->line = number;
	return 1;
}

int http_listeners_follow(struct http_listeners *l, const struct web_config *c, bool has_pair, char *why,
	size_t why_size)
{
	struct http_listener closed[PLACES];
	unsigned closed_count = 0, count = 0;
	int err = 0;

	/* those that stay first, so that none of them makes room */
	for (int i = 0; i < (int)c->listener_count; i++) {
		struct http_listener *place = find(l, &c->listeners[i], listen_is_only6(c, &c->listeners[i]));

		if (place)
			place->line = i;
	}
	for (int i = 0; err >= 0 && i < (int)c->listener_count; i++) {
		bool is_there = false;

		for (unsigned k = 0; k < PLACES && !is_there; k++)
			is_there = l->each[k].fd >= 0 && l->each[k].line == i;
		err = is_there ? 1 : follow_line(l, c, i, has_pair, closed, &closed_count, why, why_size);
		count += err > 0;
	}
	if (err >= 0 && count == 0) {
		snprintf(why, why_size, "listen: no address of this host is left, add 'listen 0.0.0.0:80'");
		err = -EADDRNOTAVAIL;
	}
	if (err < 0)
		undo(l, closed, closed_count);
	else
		settle(l, c, has_pair);
	return err < 0 ? err : 0;
}

void http_listeners_close(struct http_listeners *l)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (l->each[i].all && l->each[i].fd >= 0)
			shut(&l->each[i]);
}

unsigned http_listeners_tls_port(const struct http_listeners *l)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (l->each[i].fd >= 0 && l->each[i].is_served && l->each[i].at.is_tls)
			return l->each[i].at.port;
	return 0;
}
