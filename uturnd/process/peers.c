/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/text.h"
#include "engine/peer_candidate.h"
#include "engine/peer_limit.h"
#include "engine/peer_window.h"
#include "engine/shard.h"
#include "io/peer_socket.h"
#include "process/own_address.h"

_Static_assert((int)CONFIG_PEERS <= (int)PEER_SOCKET_ENDS, "one call sends to all peers");
_Static_assert((int)CONFIG_QUEUES <= 32, "a bit for each worker");

enum { BURST = 64 }; /* datagrams read a call */

static const uint64_t known_ns = 1000000000; /* for so long an address of this host is believed to stay */

/* Written by all processes, in memory that they share. */
struct peers_shared {
	uint64_t count; /* of the last datagram sent */
	struct peer_figures figures[CONFIG_PEERS];
};

struct peers {
	uint8_t key[PEER_KEY_SIZE];
	uint64_t epoch;
	struct peers_shared *shared;
	struct peer_end own[PEERS_SOCKETS]; /* IPv4, IPv6; family 0: none */
	int fds[PEERS_SOCKETS];
	uint32_t lost[PEERS_SOCKETS]; /* datagrams, that were counted */
	unsigned count;
	struct peer_end ends[CONFIG_PEERS];
	struct peer_window windows[CONFIG_PEERS]; /* of what the first process has received */
	struct own_addresses addresses;
	struct known {
		struct addr addr; /* of this host, as was found then */
		uint64_t at_ns;
	} known[PEERS_SOCKETS]; /* of each family the last one */
	unsigned worker, workers;
	bool turns_others;
	struct peer_limit limit;
};

static void add(uint64_t *at, uint64_t n)
{
	__atomic_add_fetch(at, n, __ATOMIC_RELAXED);
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

static struct peer_end end_of(const struct config_peer *peer)
{
	return (struct peer_end){ peer->addr, peer->port };
}

static int open_sockets(struct peers *p, const struct config *config, char *why, size_t why_size)
{
	char text[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < PEERS_SOCKETS; i++) {
		p->own[i] = end_of(i ? &config->peer_listen6 : &config->peer_listen4);
		if (!p->own[i].addr.family)
			continue;
		p->fds[i] = peer_socket_open(&p->own[i], config->mark);
		if (p->fds[i] >= 0)
			continue;
		snprintf(why, why_size, "peer-listen %s, port %u: %s%s", addr_text(&p->own[i].addr, text),
			p->own[i].port, strerror(-p->fds[i]),
			p->fds[i] == -EADDRNOTAVAIL ? " (not an address of this host)" : "");
		return p->fds[i];
	}
	return 0;
}

static int open_all(struct peers *p, const struct config *config, char *why, size_t why_size)
{
	int err = peer_socket_prepare();

	snprintf(why, why_size, "peers: %s", err ? "libsodium cannot be used" : strerror(ENOMEM));
	if (err)
		return err;
	p->shared = mmap(NULL, sizeof(*p->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->shared == MAP_FAILED) {
		p->shared = NULL;
		return -ENOMEM;
	}
	if (getrandom(p->limit.key, sizeof(p->limit.key), 0) != sizeof(p->limit.key)) {
		snprintf(why, why_size, "random numbers: %s", strerror(errno));
		return -errno;
	}
	err = own_addresses_open(&p->addresses);
	if (err) {
		p->addresses = (struct own_addresses){ -1, -1, -1 };
		snprintf(why, why_size, "peers: own addresses: %s", strerror(-err));
		return err;
	}
	return open_sockets(p, config, why, why_size);
}

int peers_open(struct peers **made, const struct config *config, const uint8_t *key, char *why, size_t why_size)
{
	struct peers *p;
	int err;

	*made = NULL;
	if (!config->peer_count)
		return 0;
	snprintf(why, why_size, "peers: %s", strerror(ENOMEM));
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	memcpy(p->key, key, PEER_KEY_SIZE);
	p->fds[0] = p->fds[1] = -1;
	p->addresses = (struct own_addresses){ -1, -1, -1 };
	p->epoch = clock_ns(CLOCK_REALTIME);
	p->count = config->peer_count;
	for (unsigned i = 0; i < p->count; i++)
		p->ends[i] = end_of(&config->peers[i]);
	err = open_all(p, config, why, why_size);
	if (err)
		peers_close(p);
	else
		*made = p;
	return err;
}

void peers_close(struct peers *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < PEERS_SOCKETS; i++)
		if (p->fds[i] >= 0)
			close(p->fds[i]);
	own_addresses_close(&p->addresses);
	if (p->shared)
		munmap(p->shared, sizeof(*p->shared));
	explicit_bzero(p->key, sizeof(p->key));
	free(p);
}

void peers_join(struct peers *p, unsigned worker, const struct config *share)
{
	p->worker = worker;
	p->workers = config_workers(share);
	p->turns_others = share->turns_others;
	p->limit.rate = share->peer_limit;
}

/* --- sending ----------------------------------------------------------------------------------------------------- */

/* The worker whose flight an error would match, of this host as of any with as many. */
static unsigned worker_of(const struct peers *p, const struct peer_candidate *c)
{
	return shard_index(shard_of(0, p->workers), c->own.family, c->tag);
}

/*
 * All workers capture replies, and each the errors that quote its own tags; what
 * quotes a tag of none is the first one's. An error about a traced connection may
 * be sent though the first worker knows it: no peer does.
 */
static bool is_ours_to_send(const struct peers *p, const struct peer_candidate *c)
{
	const unsigned worker = worker_of(p, c);

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
	struct known *known = &p->known[a->family == 6];

	if (addr_equal(a, &p->own[a->family == 6].addr))
		return false;
	if (addr_equal(a, &known->addr) && now_ns - known->at_ns < known_ns)
		return true;
	if (own_address_is_missing(&p->addresses, a))
		return false;
	*known = (struct known){ *a, now_ns };
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
			add(&p->shared->figures[to[i] - p->ends].sent, 1);
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

/* --- receiving --------------------------------------------------------------------------------------------------- */

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
	return (UINT32_C(1) << worker_of(p, &c) | (c.is_tcp ? 1 : 0)) & all; /* the first traces connections */
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
	add(&p->shared->figures[peer].received, 1);
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

int peers_fd(const struct peers *p, unsigned socket)
{
	return p->fds[socket];
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

void peers_matched(struct peers *p, unsigned peer)
{
	if (peer < p->count)
		add(&p->shared->figures[peer].matched, 1);
}

/* --- figures ----------------------------------------------------------------------------------------------------- */

unsigned peers_count(const struct peers *p)
{
	return p ? p->count : 0;
}

struct config_peer peers_end(const struct peers *p, unsigned index)
{
	return (struct config_peer){ p->ends[index].addr, p->ends[index].port };
}

struct peer_figures peers_figures(const struct peers *p, unsigned index)
{
	const struct peer_figures *f = &p->shared->figures[index];
	struct peer_figures figures = *f; /* all but these two are written by this process alone */

	figures.sent = __atomic_load_n(&f->sent, __ATOMIC_RELAXED);
	figures.matched = __atomic_load_n(&f->matched, __ATOMIC_RELAXED);
	return figures;
}
