/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/clock.h"
#include "process/peers.h"
#include "process/peers_state.h"

enum { BURST = 64 }; /* datagrams read a call */

static int find_peer(const struct peers *p, const struct peer_end *from)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->ends[i].port == from->port && addr_equal(&p->ends[i].addr, &from->addr))
			return (int)i;
	return -1;
}

/* Nothing that a datagram says is believed before its code was found right. */
static enum reason check(struct peers *p, unsigned peer, struct span bytes, struct peer_datagram *d, uint64_t now_ns)
{
	static const int64_t window_ns = INT64_C(1000000000) * PEER_WINDOW_S;
	struct peer_figures *f = &p->shared->figures[peer];
	const enum reason why = peer_datagram_parse(bytes, d);
	int64_t late_ns;

	if (why)
		return why;
	if (!peer_socket_is_sealed(p->key, peer_datagram_covered(bytes), peer_datagram_mac(bytes)))
		return REASON_PEER_KEY;
	if (!addr_equal(&d->sender, &p->ends[peer].addr) || d->sender_port != p->ends[peer].port)
		return REASON_PEER_SOURCE; /* sent by one peer, and sent again with the address of another */
	/* one that was received before says nothing of the peer's clock */
	if (!peer_window_is_new(&p->windows[peer], d->epoch, d->count, now_ns))
		return REASON_PEER_REPLAYED;
	late_ns = (int64_t)(clock_ns(CLOCK_REALTIME) - d->captured_ns);
	if (late_ns > window_ns || late_ns < -window_ns) {
		f->late_ns = late_ns;
		return REASON_PEER_CLOCK;
	}
	if (!peer_window_take(&p->windows[peer], d->epoch, d->count, now_ns))
		return REASON_PEER_REPLAYED;
	f->late_ns = late_ns;
	f->heard_ns = now_ns;
	return REASON_OK;
}

static uint32_t workers_for(const struct peers *p, const struct peer_datagram *d)
{
	const uint32_t all = (uint32_t)((UINT64_C(1) << p->workers) - 1);
	struct peer_candidate c;

	if (!peer_candidate_parse(d->packet, p->turns_others, &c) || c.kind != d->kind)
		return 0;
	if (c.kind == PEER_REPLY)
		return all;
	return (UINT32_C(1) << peers_worker_of(p, &c) | (c.is_tcp ? 1 : 0)) & all; /* the first traces connections */
}

static void take(struct peers *p, const struct peer_end *from, struct span bytes, uint64_t *counters,
	void (*on_answer)(void *owner, const struct peer_answer *a), void *owner)
{
	const uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	const int peer = find_peer(p, from);
	struct peer_datagram d;
	struct peer_answer answer;
	enum reason why;

	if (peer < 0) {
		counters[REASON_PEER_SOURCE]++;
		return;
	}
	why = check(p, (unsigned)peer, bytes, &d, now_ns);
	if (why) {
		counters[why]++;
		p->shared->figures[peer].refused[why - REASON_PEER_SOURCE]++;
		return;
	}
	if (d.kind == PEER_ALIVE)
		return;
	p->shared->figures[peer].received++;
	answer = (struct peer_answer){
		.packet = d.packet,
		.at_ns = now_ns - clock_age_ns(d.captured_ns, clock_ns(CLOCK_REALTIME)),
		.peer = (unsigned)peer,
		.workers = workers_for(p, &d),
	};
	if (answer.workers)
		on_answer(owner, &answer);
	else
		counters[REASON_PEER_UNMATCHED]++;
}

void peers_work(struct peers *p, unsigned socket, uint64_t *counters,
	void (*on_answer)(void *owner, const struct peer_answer *a), void *owner)
{
	uint8_t room[PEER_DATAGRAM_MOST + 1]; /* one that fills it is too large */
	struct peer_end from;

	for (int i = 0; i < BURST; i++) {
		uint32_t lost = p->lost[socket];
		const ssize_t got = peer_socket_receive(p->fds[socket], room, sizeof(room), &from, &lost);

		if (got < 0)
			return;
		counters[REASON_PEER_OVERRUN] += lost - p->lost[socket];
		p->lost[socket] = lost;
		take(p, &from, span_of(room, (size_t)got), counters, on_answer, owner);
	}
}
