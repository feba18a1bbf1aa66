/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host with two peers, over sockets of the loopback. Which addresses are this host's, and how many messages
 * sendmmsg() sends, is said here: so this is for one file of a program.
 */
#ifndef UTURN_TESTS_PEERS_SCENE_H
#define UTURN_TESTS_PEERS_SCENE_H

#include "tests/packets.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/sockaddr.h"
#include "config/config.h"
#include "io/peer_socket.h"
#include "process/own_address.h"
#include "process/peers.h"

#define ERROR4(router, own, id) \
	"ip4 " router " > " own " | expired | ip4 " own " > 10.1.1.10 ttl 1 id " id " | udp 53 > 4000 | neutral 32"
#define SHARED "203.0.113.80"
#define RETURN4 ERROR4("10.2.1.2", SHARED, "7")

enum { FIRST, SECOND, THIRD, ENDS }; /* ends of the loopback: this host, its peer, another peer */

static const uint64_t s_ns = 1000000000;
static const uint8_t key[PEER_KEY_SIZE] = { 1, 2, 3 };

static struct {
	struct peers *peers;
	struct peer_end ends[ENDS];
	int fds[ENDS]; /* -1: this host's, and until they are opened */
	uint64_t counters[REASON_COUNT];
	unsigned answers;
	struct peer_answer last;
	uint8_t packet[PEER_PACKET_MOST];
	unsigned refusals; /* of sendmmsg(), with this errno, the first of a call */
	int refusal;
} world;

int own_addresses_open(struct own_addresses *o)
{
	*o = (struct own_addresses){ -1, -1, -1 };
	return 0;
}

void own_addresses_close(struct own_addresses *o)
{
	(void)o;
}

bool own_address_is_missing(const struct own_addresses *o, const struct addr *a)
{
	const struct addr shared = addr_of(SHARED), shared6 = addr_of("2001:db8:80::80");

	(void)o;
	return !addr_equal(a, &shared) && !addr_equal(a, &shared6) && !addr_equal(a, &world.ends[FIRST].addr);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	const struct addr shared = addr_of(SHARED);
	struct addr a;

	if (sockaddr_read(addr, &a, NULL) && addr_equal(&a, &shared))
		return 0; /* as if it could be */
	return (int)syscall(SYS_bind, fd, addr, len);
}

int sendmmsg(int fd, struct mmsghdr *vmessages, unsigned vlen, int flags)
{
	int done = 0;

	if (world.refusals) {
		world.refusals--;
		errno = world.refusal;
		return -1;
	}
	while (done < (int)vlen && done < 1 && sendmsg(fd, &vmessages[done].msg_hdr, flags) >= 0)
		done++;
	return done ? done : -1;
}

/* Addresses that no other run of this test has. */
static inline struct peer_end end_of_loopback(uint8_t number)
{
	const unsigned pid = (unsigned)getpid();

	return (struct peer_end){ { 4, { 127, (uint8_t)(pid >> 8 | 1), (uint8_t)pid, number } }, 8874 };
}

static inline int setup(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	for (int i = 0; i < ENDS; i++) {
		world.fds[i] = -1;
		world.ends[i] = end_of_loopback((uint8_t)(i + 1));
	}
	return peer_socket_prepare();
}

static inline int teardown(void **state)
{
	peers_close(world.peers);
	for (int i = 0; i < ENDS; i++)
		if (world.fds[i] >= 0)
			close(world.fds[i]);
	return packets_free(state);
}

static inline struct config_peer peer_of(const struct peer_end *end)
{
	return (struct config_peer){ end->addr, end->port };
}

static inline struct config config_of_two(void)
{
	struct config c;

	config_default(&c);
	c.peer_listen4 = peer_of(&world.ends[FIRST]);
	c.peers[0] = peer_of(&world.ends[SECOND]);
	c.peers[1] = peer_of(&world.ends[THIRD]);
	c.peer_count = 2;
	return c;
}

static inline void open_with(const struct config *c)
{
	char why[200] = "";

	for (int i = SECOND; i < ENDS; i++)
		assert_true((world.fds[i] = peer_socket_open(&world.ends[i], 0)) >= 0);
	assert_int_equal(peers_open(&world.peers, c, key, why, sizeof(why)), 0);
	peers_join(world.peers, 0, c);
}

static inline void open_two(void)
{
	const struct config c = config_of_two();

	open_with(&c);
}

/* Of what this host has sent to that end; false: nothing, or not with the key. */
static inline bool receive(int end, struct peer_datagram *d)
{
	static uint8_t room[PEER_DATAGRAM_MOST];
	struct peer_end from;
	uint32_t lost = 0;
	ssize_t got = peer_socket_receive(world.fds[end], room, sizeof(room), &from, &lost);
	struct span bytes = span_of(room, got < 0 ? 0 : (size_t)got);

	return got >= 0 && peer_datagram_parse(bytes, d) == REASON_OK &&
		peer_socket_is_sealed(key, peer_datagram_covered(bytes), peer_datagram_mac(bytes)) &&
		addr_equal(&from.addr, &world.ends[FIRST].addr) && from.port == world.ends[FIRST].port;
}

static inline void on_answer(void *owner, const struct peer_answer *a)
{
	(void)owner;
	world.answers++;
	world.last = *a;
	memcpy(world.packet, a->packet.at, a->packet.len);
}

static inline void work(void)
{
	peers_work(world.peers, 0, world.counters, on_answer, NULL);
}

/* A datagram of the second, as it should be. */
static inline struct peer_datagram datagram(uint64_t epoch, uint64_t count)
{
	return (struct peer_datagram){
		.kind = PEER_ERROR,
		.sender = world.ends[SECOND].addr,
		.sender_port = world.ends[SECOND].port,
		.captured_ns = clock_ns(CLOCK_REALTIME),
		.epoch = epoch,
		.count = count,
		.packet = packet_of(RETURN4),
	};
}

/* By that end, and read. */
static inline void give_bytes(int end, struct span bytes)
{
	const struct peer_end *const to[] = { &world.ends[FIRST] };

	assert_int_equal(peer_socket_send(world.fds[end], to, 1, bytes), 1);
	work();
}

static inline void give_with(int end, const struct peer_datagram *d, const uint8_t *with)
{
	uint8_t room[PEER_DATAGRAM_MOST];
	struct writer out = writer_of(room, sizeof(room));

	peer_datagram_put(d, &out);
	peer_socket_seal(with, &out);
	assert_false(out.overflow);
	give_bytes(end, span_of(room, out.len));
}

static inline void give(const struct peer_datagram *d)
{
	give_with(SECOND, d, key);
}

/* How many were refused for it, of the second. */
static inline uint64_t refused(enum reason why)
{
	const uint64_t figure = peers_figures(world.peers, 0).refused[why - REASON_PEER_SOURCE];

	assert_int_equal(figure, world.counters[why]);
	return figure;
}

#endif
