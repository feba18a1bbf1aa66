/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "visitor.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "server.h"
#include "tls.h"
#include "tracing.h"

/* seconds: for a whole request, TLS and all; between two requests; for any byte of a response to be taken */
static const double header_s = 10, idle_s = 60, stall_s = 20;
static const double linger_s = 1; /* for the visitor to close as well */

/*
 * What we do not read would wake us for ever, and what we read may want an
 * answer: nobody is heard who is done with, nor who does not take what waits
 * for him.
 */
static bool wants_read(const struct visitor *v)
{
	if (v->is_lingering)
		return true;
	return !v->is_paused && !v->is_ended && !v->is_closing && !v->is_held && v->out.len < VISITOR_OUT;
}

static bool wants_write(const struct visitor *v)
{
	return !v->is_held && !v->is_lingering && (v->out.len || (v->ssl && tls_wants_write(v)));
}

static void follow(struct visitor *v)
{
	int events = (wants_read(v) ? EV_READ : 0) | (wants_write(v) ? EV_WRITE : 0);

	if (events == (v->on_socket.events & (EV_READ | EV_WRITE)) && (ev_is_active(&v->on_socket) || !events))
		return;
	ev_io_stop(v->server->ev, &v->on_socket);
	ev_io_set(&v->on_socket, v->fd, events);
	if (events)
		ev_io_start(v->server->ev, &v->on_socket);
}

static void expect(struct visitor *v, double seconds)
{
	v->sent_before = v->sent;
	v->on_time.repeat = seconds;
	ev_timer_again(v->server->ev, &v->on_time);
}

void visitor_idle(struct visitor *v)
{
	expect(v, idle_s);
}

void visitor_busy(struct visitor *v)
{
	expect(v, stall_s);
}

static void late(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct visitor *v = w->data;

	(void)ev, (void)events;
	if (v->protocol && v->protocol->is_busy(v) && v->sent != v->sent_before) {
		visitor_busy(v);
		return;
	}
	if (!v->is_lingering)
		v->server->metrics.value[METRIC_TIMED_OUT]++;
	visitor_drop(v);
}

void visitor_drop(struct visitor *v)
{
	if (v->is_dead)
		return;
	v->is_dead = true;
	ev_io_stop(v->server->ev, &v->on_socket);
	ev_timer_stop(v->server->ev, &v->on_time);
	visitor_wake(v); /* the end of this turn frees it */
}

void visitor_free(struct visitor *v)
{
	struct server *s = v->server;

	v->is_awake = true; /* whatever ends with it must not wake it again */
	if (v->protocol)
		v->protocol->close(v);
	if (v->tracing)
		tracing_orphan(v->tracing);
	ev_io_stop(s->ev, &v->on_socket);
	ev_timer_stop(s->ev, &v->on_time);
	tls_close(v);
	close(v->fd);
	buffer_free(&v->out);
	quota_disconnect(&s->quota, &v->peer);
	s->metrics.value[METRIC_CONNECTIONS_OPEN]--;
	if (v->next)
		v->next->previous = v->previous;
	if (v->previous)
		v->previous->next = v->next;
	else
		s->visitors = v->next;
	free(v);
}

void visitor_wake(struct visitor *v)
{
	if (v->is_awake)
		return;
	v->is_awake = true;
	v->next_awake = v->server->awake;
	v->server->awake = v;
}

/* Bytes written; 0: later; -1: never again. */
static ssize_t write_some(struct visitor *v)
{
	ssize_t sent;

	if (v->ssl)
		return tls_write(v, buffer_bytes(&v->out), v->out.len);
	sent = send(v->fd, buffer_bytes(&v->out), v->out.len, MSG_NOSIGNAL);
	return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

/* Closed at once, with bytes unread, TCP would send a RST that overtakes our last words. */
static void say_goodbye(struct visitor *v)
{
	tls_goodbye(v);
	shutdown(v->fd, SHUT_WR);
	if (v->is_ended) {
		visitor_drop(v);
		return;
	}
	v->is_lingering = true;
	v->is_paused = false;
	expect(v, linger_s);
}

void visitor_flush(struct visitor *v)
{
	ssize_t sent = 1;

	while (!v->is_dead && !v->is_held && sent > 0) {
		if (v->protocol && !v->is_closing && !v->protocol->pull(v))
			v->is_closing = true;
		if (v->out.len == 0)
			break;
		sent = write_some(v);
		if (sent < 0) {
			visitor_drop(v);
			return;
		}
		v->sent += (uint64_t)sent;
		buffer_take(&v->out, (size_t)sent);
	}
	if (v->is_closing && !v->is_lingering && v->out.len == 0 && !v->is_held)
		say_goodbye(v);
	if (!v->is_dead)
		follow(v);
}

void visitor_hold(struct visitor *v, bool is_held)
{
	v->is_held = is_held;
	visitor_wake(v);
}

void visitor_pause(struct visitor *v, bool is_paused)
{
	v->is_paused = is_paused;
	visitor_wake(v);
}

bool visitor_is_drained(const struct visitor *v)
{
	int unacknowledged = 0;

	return v->out.len == 0 && ioctl(v->fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

/* HTTP/2 by ALPN, or by its preface (RFC 9113 3.4) where there is no TLS. */
static bool choose_protocol(struct visitor *v, const char *bytes, size_t len)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n";
	const struct protocol *chosen = &protocol_http1;

	if (v->ssl ? tls_is_http2(v) : len >= sizeof(preface) - 1 && memcmp(bytes, preface, sizeof(preface) - 1) == 0)
		chosen = &protocol_http2;
	if (!chosen->open(v))
		return false;
	v->protocol = chosen;
	return true;
}

static void receive(struct visitor *v)
{
	char bytes[16 * 1024];
	ssize_t got;

	/* one piece a turn: nobody gets the loop for himself; but what TLS has decrypted, no socket tells of */
	do {
		got = v->ssl ? tls_read(v, bytes, sizeof(bytes)) : recv(v->fd, bytes, sizeof(bytes), 0);
		if (got < 0) {
			if (errno != EAGAIN && errno != EINTR)
				visitor_drop(v);
			return;
		}
		if (got == 0) {
			v->is_ended = true;
			if (v->tracing) {
				visitor_drop(v); /* uturnd does not trace what is half closed either */
				return;
			}
			if (!v->protocol || !v->protocol->is_busy(v))
				v->is_closing = true;
			visitor_wake(v);
			return;
		}
		if ((!v->protocol && !choose_protocol(v, bytes, (size_t)got)) ||
			!v->protocol->receive(v, bytes, (size_t)got))
			v->is_closing = true;
	} while (v->ssl && !v->is_closing && !v->is_paused && SSL_pending(v->ssl) > 0);
	visitor_wake(v);
}

static void receive_rest(struct visitor *v)
{
	char bytes[4096];
	ssize_t got = recv(v->fd, bytes, sizeof(bytes), 0);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		visitor_drop(v);
}

static void ready(struct ev_loop *ev, struct ev_io *w, int events)
{
	struct visitor *v = w->data;

	(void)ev;
	if (v->is_dead)
		return;
	if (v->is_lingering) {
		receive_rest(v);
		return;
	}
	if (v->ssl && !tls_is_open(v)) {
		int result = tls_handshake(v);

		if (result < 0) {
			v->server->metrics.value[METRIC_TLS_FAILED]++;
			visitor_drop(v);
		}
		if (result <= 0) {
			visitor_wake(v);
			return;
		}
	}
	if (events & EV_READ && !v->is_closing)
		receive(v);
	visitor_wake(v);
}

/* The address as one, un-mapped where IPv4 came in on an IPv6 socket (RFC 4291 2.5.5.2). */
static bool address_of(const struct sockaddr_storage *from, struct addr *a, uint16_t *port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const struct sockaddr_in *in4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
	const uint8_t *bytes = in6->sin6_addr.s6_addr;

	if (from->ss_family == AF_INET) {
		*a = addr_from(4, (const uint8_t *)&in4->sin_addr);
		*port = ntohs(in4->sin_port);
		return true;
	}
	if (from->ss_family != AF_INET6)
		return false;
	*a = memcmp(bytes, mapped, sizeof(mapped)) == 0 ? addr_from(4, bytes + sizeof(mapped)) : addr_from(6, bytes);
	*port = ntohs(in6->sin6_port);
	return true;
}

static bool learn_ends(struct visitor *v)
{
	struct sockaddr_storage local = { 0 }, peer = { 0 };
	socklen_t local_len = sizeof(local), peer_len = sizeof(peer);

	return getsockname(v->fd, (struct sockaddr *)&local, &local_len) == 0 &&
		getpeername(v->fd, (struct sockaddr *)&peer, &peer_len) == 0 &&
		address_of(&local, &v->local, &v->local_port) && address_of(&peer, &v->peer, &v->peer_port);
}

void visitor_open(struct server *s, int fd, bool is_tls)
{
	struct visitor *v = calloc(1, sizeof(*v));
	int on = 1;

	if (v)
		*v = (struct visitor){ .server = s, .fd = fd };
	if (!v || !learn_ends(v) || !quota_connect(&s->quota, &v->peer, server_now_ns(s))) {
		s->metrics.value[METRIC_CONNECTIONS_REFUSED]++;
		close(fd);
		free(v);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* a hop is news, not a stream of bytes */
	s->metrics.value[METRIC_CONNECTIONS]++;
	s->metrics.value[METRIC_CONNECTIONS_OPEN]++;
	v->next = s->visitors;
	if (v->next)
		v->next->previous = v;
	s->visitors = v;
	ev_io_init(&v->on_socket, ready, fd, EV_READ);
	ev_timer_init(&v->on_time, late, 0, header_s);
	v->on_socket.data = v->on_time.data = v;
	expect(v, header_s);
	if (is_tls && tls_open(v, s->tls) != 0)
		visitor_drop(v);
	else
		ev_io_start(s->ev, &v->on_socket);
}
