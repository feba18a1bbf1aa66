/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/clock.h"
#include "process/peers.h"
#include "process/peers_state.h"

static const uint64_t known_ns = 1000000000; /* for so long an address of this host is believed to stay */

/*
 * All workers capture replies, and each the errors that quote its own tags; what
 * quotes a tag of none is the first one's. An error about a traced connection may
 * be sent though the first worker knows it: no peer does.
 */
static bool is_ours_to_send(const struct peers *p, const struct peer_candidate *c)
{
	const unsigned worker = peers_worker_of(p, c);

	if (c->kind == PEER_REPLY || worker >= p->workers)
		return p->worker == 0;
	return p->worker == worker;
}

/*
 * What a router forwards, an error for another host, is captured too. And what is for the address that peers know
 * this host by can be for none of them: errors about the datagrams that it sends to them would bring more of these.
 */
static bool may_be_of_peer(struct peers *p, const struct addr *a, uint64_t now_ns)
{
	struct peers_known *known = &p->known[a->family == 6];

	if (addr_equal(a, &p->own[a->family == 6].addr))
		return false;
	if (addr_equal(a, &known->addr) && now_ns - known->at_ns < known_ns)
		return true;
	if (own_address_is_missing(&p->addresses, a))
		return false;
	*known = (struct peers_known){ *a, now_ns };
	return true;
}

/* Returns to how many the kernel did not send. */
static unsigned send_by(struct peers *p, unsigned socket, struct peer_datagram *d)
{
	const struct peer_end *to[CONFIG_PEERS];
	uint8_t room[PEER_DATAGRAM_MOST];
	struct writer out = writer_of(room, sizeof(room));
	unsigned count = 0, unsent = 0;
	uint32_t sent = 0;

	for (unsigned i = 0; i < p->count; i++)
		if (p->ends[i].addr.family == p->own[socket].addr.family)
			to[count++] = &p->ends[i];
	if (!count)
		return 0;
	d->sender = p->own[socket].addr;
	d->sender_port = p->own[socket].port;
	d->count = __atomic_add_fetch(&p->shared->count, 1, __ATOMIC_RELAXED);
	peer_datagram_put(d, &out);
	peer_socket_seal(p->key, &out);
	if (!out.overflow)
		sent = peer_socket_send(p->fds[socket], to, count, span_of(room, out.len));
	for (unsigned i = 0; i < count; i++) {
		if (!(sent >> i & 1))
			unsent++;
		else if (d->kind != PEER_ALIVE)
			__atomic_add_fetch(&p->shared->figures[to[i] - p->ends].sent, 1, __ATOMIC_RELAXED);
	}
	return unsent;
}

static unsigned send_all(struct peers *p, struct peer_datagram *d)
{
	unsigned unsent = 0;

	for (unsigned i = 0; i < PEERS_SOCKETS; i++)
		if (p->fds[i] >= 0)
			unsent += send_by(p, i, d);
	return unsent;
}

void peers_greet(struct peers *p)
{
	struct peer_datagram d = {
		.kind = PEER_ALIVE,
		.packet = span_of(bytes_zeroes, 0),
		.captured_ns = clock_ns(CLOCK_REALTIME),
		.epoch = p->epoch,
	};

	send_all(p, &d);
}

void peers_offer(struct peers *p, struct span packet, uint64_t at_ns, uint64_t *counters)
{
	const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	struct peer_datagram d = { .packet = packet, .epoch = p->epoch };
	struct peer_candidate c;

	if (!peer_candidate_parse(packet, p->turns_others, &c) || !is_ours_to_send(p, &c) ||
		!may_be_of_peer(p, &c.own, now_ns))
		return;
	if (packet.len > PEER_PACKET_MOST) {
		counters[REASON_PEER_TOO_LARGE]++;
		return;
	}
	if (!peer_limit_take(&p->limit, &c.router, now_ns)) {
		counters[REASON_PEER_LIMIT]++;
		return;
	}
	d.kind = c.kind;
	d.captured_ns = clock_ns(CLOCK_REALTIME) - (now_ns - at_ns);
	counters[REASON_PEER_UNSENT] += send_all(p, &d);
	counters[REASON_PEER_SENT]++;
}
