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

#include "common/clock.h"
#include "proxy_header.h"
#include "tls.h"
#include "web_context.h"

/* seconds: for a whole request, TLS and all; between two requests; for any byte of a body to be taken */
static const double header_s = 10, idle_s = 60, stall_s = 20;
static const uint64_t response_ns = 120 * UINT64_C(1000000000); /* for a whole response; a trace ends long before */
static const double linger_s = 1; /* for the visitor to close as well */

/*
 * Stop reading from a visitor whose send buffer is full: what is read may need
 * a response. What is not read must not wake the loop either.
 */
static bool wants_read(const struct visitor *v)
{
	if (v->is_lingering)
		return true;
	return !v->is_paused && !v->is_ended && !v->is_closing && !v->is_held && v->out.len < VISITOR_OUT;
}

static bool wants_write(const struct visitor *v)
{
	return !v->is_held && !v->is_lingering && (v->out.len || (v->ssl && tls_wants_write(v->ssl)));
}

static void follow(struct visitor *v)
{
	int events = (wants_read(v) ? EV_READ : 0) | (wants_write(v) ? EV_WRITE : 0);

	if (events == (v->on_socket.events & (EV_READ | EV_WRITE)) && (ev_is_active(&v->on_socket) || !events))
		return;
	ev_io_stop(v->context->ev, &v->on_socket);
	ev_io_set(&v->on_socket, v->fd, events);
	if (events)
		ev_io_start(v->context->ev, &v->on_socket);
}

/*
 * What has left of the bodies, at the least: headers, and what HTTP/2 answers to
 * PING and SETTINGS, are no progress, or a visitor that reads no body could hold
 * its connection for ever.
 */
static uint64_t taken_of(const struct visitor *v)
{
	return v->taken > v->out.len ? v->taken - v->out.len : 0;
}

static void expect(struct visitor *v, double seconds)
{
	v->taken_before = taken_of(v);
	v->on_time.repeat = seconds;
	ev_timer_again(v->context->ev, &v->on_time);
}

void visitor_idle(struct visitor *v)
{
	expect(v, idle_s);
}

void visitor_request(struct visitor *v)
{
	expect(v, header_s);
}

void visitor_busy(struct visitor *v)
{
	expect(v, stall_s);
}

void visitor_wake(struct visitor *v)
{
	if (v->is_awake)
		return;
	v->is_awake = true;
	v->next_awake = v->among->awake;
	v->among->awake = v;
}

static void drop(struct visitor *v)
{
	if (v->is_dead)
		return;
	v->is_dead = true;
	ev_io_stop(v->context->ev, &v->on_socket);
	ev_timer_stop(v->context->ev, &v->on_time);
	visitor_wake(v); /* the end of this turn of the loop frees it */
}

static void late(struct ev_loop *ev, struct ev_timer *w, int events)
{
	struct visitor *v = w->data;

	(void)ev, (void)events;
	if (v->protocol && v->protocol->is_busy(v) && taken_of(v) > v->taken_before &&
		clock_ns(CLOCK_MONOTONIC) - v->protocol->since_ns(v) < response_ns) {
		visitor_busy(v);
		return;
	}
	if (!v->is_lingering)
		v->context->metrics.value[METRIC_TIMED_OUT]++;
	drop(v);
}

static void visitor_free(struct visitor *v)
{
	struct web_context *c = v->context;

	v->is_awake = true; /* whatever ends with it must not wake it again */
	if (v->protocol)
		v->protocol->close(v);
	if (v->gone)
		v->gone(v);
	ev_io_stop(c->ev, &v->on_socket);
	ev_timer_stop(c->ev, &v->on_time);
	tls_close(v->ssl);
	close(v->fd);
	buffer_free(&v->out);
	quota_disconnect(&c->quota, &v->ends.peer);
	c->metrics.value[METRIC_CONNECTIONS_OPEN]--;
	if (v->next)
		v->next->previous = v->previous;
	if (v->previous)
		v->previous->next = v->next;
	else
		v->among->all = v->next;
	free(v);
}

/* Bytes written; 0: later; -1: never again. */
static ssize_t write_some(struct visitor *v)
{
	ssize_t sent;

	if (v->ssl)
		return tls_write(v->ssl, buffer_bytes(&v->out), v->out.len);
	sent = send(v->fd, buffer_bytes(&v->out), v->out.len, MSG_NOSIGNAL);
	return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

/* Closing with bytes unread makes TCP send a RST, which may overtake the end of the response (RFC 9112 9.6). */
static void say_goodbye(struct visitor *v)
{
	if (v->ssl)
		tls_goodbye(v->ssl);
	shutdown(v->fd, SHUT_WR);
	if (v->is_ended) {
		drop(v);
		return;
	}
	v->is_lingering = true;
	v->is_paused = false;
	expect(v, linger_s);
}

static void flush(struct visitor *v)
{
	ssize_t sent = 1;

	while (!v->is_dead && !v->is_held && sent > 0) {
		if (v->protocol && !v->is_closing && !v->protocol->pull(v))
			v->is_closing = true;
		if (v->out.len == 0)
			break;
		sent = write_some(v);
		if (sent < 0) {
			drop(v);
			return;
		}
		buffer_take(&v->out, (size_t)sent);
	}
	if (v->is_closing && !v->is_lingering && v->out.len == 0 && !v->is_held)
		say_goodbye(v);
	if (!v->is_dead && v->written && v->out.len == 0)
		v->written(v);
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

bool visitor_is_written(const struct visitor *v)
{
	int unsent = 0;

	return v->out.len == 0 && ioctl(v->fd, SIOCOUTQNSD, &unsent) == 0 && unsent == 0;
}

/* HTTP/2 by ALPN, or by its preface (RFC 9113 3.4) where there is no TLS. */
static bool choose_protocol(struct visitor *v, const char *bytes, size_t len)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n";
	const struct protocol *chosen = v->among->http1;

	if (v->ssl ? tls_is_http2(v->ssl)
		   : len >= sizeof(preface) - 1 && memcmp(bytes, preface, sizeof(preface) - 1) == 0)
		chosen = v->among->http2;
	if (!chosen->open(v))
		return false;
	v->protocol = chosen;
	return true;
}

static void receive(struct visitor *v)
{
	char bytes[16 * 1024];
	ssize_t got;

	/* one piece a turn, so that all visitors have their share; but no socket says what TLS has decrypted already */
	do {
		got = v->ssl ? tls_read(v->ssl, bytes, sizeof(bytes)) : recv(v->fd, bytes, sizeof(bytes), 0);
		if (got < 0) {
			if (errno != EAGAIN && errno != EINTR)
				drop(v);
			return;
		}
		if (got == 0) {
			v->is_ended = true;
			if (v->trace) {
				drop(v); /* uturnd does not trace a half-closed connection either */
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
		drop(v);
}

static bool is_from_proxy(const struct visitor *v)
{
	const struct web_config *c = &v->context->config;

	for (unsigned i = 0; i < c->proxy_count; i++)
		if (prefix_contains(&c->proxies[i], &v->ends.peer))
			return true;
	return false;
}

/* Do not wake the loop before there is more to look at. */
static void await_bytes(struct visitor *v, size_t bytes)
{
	int least = (int)bytes;

	setsockopt(v->fd, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof(least));
}

/* The header stays in the socket until it is whole, for TLS reads the socket itself behind it. */
static void receive_proxy_header(struct visitor *v)
{
	char bytes[PROXY_HEADER_MOST];
	ssize_t got = recv(v->fd, bytes, sizeof(bytes), MSG_PEEK);
	enum proxy_header header = PROXY_HEADER_WRONG;
	size_t used = 0;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		header = proxy_header_read(bytes, (size_t)got, &used);
	/* woken and nothing new: the proxy has closed its side */
	if (header == PROXY_HEADER_MORE && (size_t)got == v->peeked)
		header = PROXY_HEADER_WRONG;
	if (header == PROXY_HEADER_MORE) {
		v->peeked = (size_t)got;
		await_bytes(v, v->peeked + 1);
		return;
	}
	if (header == PROXY_HEADER_WRONG || (used && recv(v->fd, bytes, used, 0) != (ssize_t)used)) {
		v->context->metrics.value[METRIC_REQUESTS_BAD]++;
		drop(v);
		return;
	}
	v->is_proxied = header == PROXY_HEADER_WHOLE;
	v->awaits_proxy = false;
	await_bytes(v, 1);
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
	if (v->awaits_proxy) {
		receive_proxy_header(v);
		visitor_wake(v);
		return;
	}
	if (v->ssl && !tls_is_open(v->ssl)) {
		int result = tls_handshake(v->ssl);

		if (result < 0) {
			v->context->metrics.value[METRIC_TLS_FAILED]++;
			drop(v);
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

void visitor_open(struct visitors *among, int fd, bool is_tls)
{
	struct web_context *c = among->context;
	struct visitor *v = calloc(1, sizeof(*v));
	int on = 1;

	if (v)
		*v = (struct visitor){ .among = among,
			.context = c,
			.fd = fd,
			.pool = { .most = VISITOR_BODIES, .above = &c->pool } };
	if (!v || !tcp_ends_read(fd, &v->ends) || !quota_connect(&c->quota, &v->ends.peer, clock_ns(CLOCK_MONOTONIC))) {
		c->metrics.value[METRIC_CONNECTIONS_REFUSED]++;
		close(fd);
		free(v);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* a hop is to be seen at once */
	c->metrics.value[METRIC_CONNECTIONS]++;
	c->metrics.value[METRIC_CONNECTIONS_OPEN]++;
	v->next = among->all;
	if (v->next)
		v->next->previous = v;
	among->all = v;
	ev_io_init(&v->on_socket, ready, fd, EV_READ);
	ev_timer_init(&v->on_time, late, 0, header_s);
	v->on_socket.data = v->on_time.data = v;
	expect(v, header_s);
	v->awaits_proxy = is_from_proxy(v);
	if (v->awaits_proxy)
		await_bytes(v, PROXY_HEADER_LEAST);
	if (is_tls)
		v->ssl = tls_open(c->tls, fd);
	if (is_tls && !v->ssl)
		drop(v);
	else
		ev_io_start(c->ev, &v->on_socket);
}

void visitors_settle(struct visitors *all)
{
	while (all->awake) {
		struct visitor *v = all->awake;

		all->awake = v->next_awake;
		v->is_awake = false;
		if (!v->is_dead)
			flush(v);
		/* it may have been marked just now, and then it is on the list again */
		if (v->is_dead && !v->is_awake)
			visitor_free(v);
	}
}

void visitors_close(struct visitors *all)
{
	for (struct visitor *v = all->all, *next; v; v = next) {
		next = v->next;
		visitor_free(v);
	}
}
