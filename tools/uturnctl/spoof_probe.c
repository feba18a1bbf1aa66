/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_probe.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/sockaddr.h"
#include "common/text.h"
#include "spoof_foreign.h"
#include "spoof_message.h"
#include "spoof_socket.h"

/*
 * The foreign datagrams are sent first, one a round, each before one of our
 * own. Own datagrams of round SETTLED and later ask whether they have arrived,
 * so that those delayed on a longer path are counted as well.
 */
enum { ROUNDS = 11, FOREIGN_ROUNDS = 4, SETTLED = FOREIGN_ROUNDS + 2, ROUND_MS = 150, TIMEOUT_MS = 2000 };

struct spoof_test {
	struct spoof_result *result;
	struct spoof_flow flow; /* of the foreign datagrams */
	int fd, raw;
	uint64_t token;
	int last; /* highest number that was answered; -1: none */
};

static int64_t clock_ms(void)
{
	return (int64_t)(clock_ns(CLOCK_MONOTONIC) / 1000000);
}

static void fail(struct spoof_result *r, const char *what, int err, const char *remedy)
{
	snprintf(r->why, sizeof(r->why), "%s: %s%s", what, strerror(-err), remedy);
}

/* False, with the reason in r->why, where no foreign source can be used. */
static bool source_choose(struct spoof_result *r, const struct addr *from)
{
	char text[ADDR_TEXT_SIZE];
	struct spoof_networks networks;
	int err = spoof_foreign_networks(&networks);

	if (err) {
		fail(r, "cannot list the addresses of this host", err, "");
	} else if (spoof_foreign_is_ours(&networks, &r->host)) {
		snprintf(r->why, sizeof(r->why), "%s is this host: name the host where the listener runs",
			addr_text(&r->host, text));
	} else if (from->family && spoof_foreign_is_ours(&networks, from)) {
		snprintf(r->why, sizeof(r->why), "%s is an address of this host: --from needs a foreign one",
			addr_text(from, text));
	} else if (!from->family && !spoof_foreign_choose(&networks, &r->own, &r->foreign)) {
		snprintf(r->why, sizeof(r->why), "no foreign address found near %s: use --from",
			addr_text(&r->own, text));
	} else {
		if (from->family)
			r->foreign = *from;
		return true;
	}
	return false;
}

static bool sockets_open(struct spoof_test *t, uint16_t port, const struct addr *from)
{
	struct spoof_result *r = t->result;

	t->fd = sockaddr_connect(&r->host, port, SOCK_NONBLOCK, &r->own, &t->flow.from_port);
	if (t->fd < 0) {
		fail(r, "no route from this host", t->fd, "");
		r->is_unreachable = t->fd == -ENETUNREACH || t->fd == -EADDRNOTAVAIL || t->fd == -EAFNOSUPPORT;
		return false;
	}
	if (!source_choose(r, from))
		return false;
	t->raw = spoof_socket_open_raw(r->host.family);
	if (t->raw < 0) {
		fail(r, "raw socket", t->raw, t->raw == -EPERM ? " (needs root or CAP_NET_RAW)" : "");
		return false;
	}
	t->flow.from = r->foreign;
	t->flow.to = r->host;
	t->flow.to_port = port;
	return true;
}

/* One of each kind, later only our own; false where the system refuses foreign ones. */
static bool send_round(struct spoof_test *t, int round)
{
	uint8_t bytes[SPOOF_MESSAGE_SIZE];
	struct spoof_message m = { .number = (uint16_t)round, .token = t->token, .foreign = t->result->foreign };
	struct writer out;
	int err;

	if (round < FOREIGN_ROUNDS) {
		m.kind = SPOOF_FOREIGN;
		out = writer_of(bytes, sizeof(bytes));
		spoof_message_put(&m, &out);
		err = spoof_socket_send_raw(t->raw, &t->flow, span_of(bytes, out.len));
		if (err) {
			fail(t->result, "cannot send with a foreign source", err,
				err == -EPERM ? " (a firewall on this host?)" : "");
			return false;
		}
		t->result->foreign_sent++;
	}
	m.kind = SPOOF_OWN;
	out = writer_of(bytes, sizeof(bytes));
	spoof_message_put(&m, &out);
	if (send(t->fd, bytes, out.len, 0) >= 0) /* an error is about the one before: port unreachable */
		t->result->own_sent++;
	return true;
}

static void take_answers(struct spoof_test *t)
{
	uint8_t bytes[SPOOF_MESSAGE_SIZE + 1]; /* one more, so that a longer datagram is noticed */
	struct spoof_result *r = t->result;
	struct spoof_message m;
	ssize_t len;

	while ((len = recv(t->fd, bytes, sizeof(bytes), 0)) >= 0) {
		if (!spoof_message_parse(span_of(bytes, (size_t)len), &m) || m.kind != SPOOF_ANSWER ||
			m.token != t->token || m.number <= t->last || m.number >= ROUNDS)
			continue;
		t->last = m.number;
		r->seen = m.seen;
		r->own_count = m.own_count;
		r->foreign_count = m.foreign_count;
		r->rewritten_count = m.rewritten_count;
	}
}

/* Until a foreign datagram has arrived, or the last answer has come, or the timeout. */
static bool run(struct spoof_test *t)
{
	int64_t start = clock_ms(), now = start;
	int round = 0;

	while (now < start + TIMEOUT_MS && t->result->foreign_count == 0 && t->last < ROUNDS - 1) {
		struct pollfd readable = { t->fd, POLLIN, 0 };
		int64_t next = round < ROUNDS ? start + (int64_t)round * ROUND_MS : start + TIMEOUT_MS;

		if (now >= next && !send_round(t, round++))
			return false;
		if (now < next)
			poll(&readable, 1, (int)(next - now));
		take_answers(t);
		now = clock_ms();
	}
	return true;
}

static void judge(struct spoof_test *t, uint16_t port)
{
	struct spoof_result *r = t->result;

	if (r->foreign_count)
		r->verdict = SPOOF_ROUTER;
	else if (t->last >= SETTLED)
		r->verdict = SPOOF_SELF;
	else if (t->last >= 0)
		snprintf(r->why, sizeof(r->why), "too many answers were lost: try again");
	else
		snprintf(r->why, sizeof(r->why),
			"nothing arrived (is `uturnctl spoof-check --listen` running there, is UDP port %u open?)",
			port);
}

void spoof_probe(const struct addr *host, uint16_t port, const struct addr *from, struct spoof_result *r)
{
	struct spoof_test t = { .result = r, .fd = -1, .raw = -1, .last = -1 };

	*r = (struct spoof_result){ .host = *host, .verdict = SPOOF_UNKNOWN };
	if (getrandom(&t.token, sizeof(t.token), 0) != sizeof(t.token))
		fail(r, "random numbers", -errno, "");
	else if (sockets_open(&t, port, from) && run(&t))
		judge(&t, port);
	if (t.fd >= 0)
		close(t.fd);
	if (t.raw >= 0)
		close(t.raw);
}
