/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is sent to peers and accepted from them, over sockets of the loopback. Which addresses are this host's, and how
 * many messages sendmmsg() sends, is said here.
 */
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

int bind(int fd, const struct sockaddr *address, socklen_t len)
{
	const struct addr shared = addr_of(SHARED);
	struct addr a;

	if (sockaddr_read(address, &a, NULL) && addr_equal(&a, &shared))
		return 0; /* as if it could be */
	return (int)syscall(SYS_bind, fd, address, len);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	int done = 0;

	if (world.refusals) {
		world.refusals--;
		errno = world.refusal;
		return -1;
	}
	while (done < (int)count && done < 1 && sendmsg(fd, &messages[done].msg_hdr, flags) >= 0)
		done++;
	return done ? done : -1;
}

/* Addresses that no other run of this test has. */
static struct peer_end end_of_loopback(uint8_t number)
{
	const unsigned pid = (unsigned)getpid();

	return (struct peer_end){ { 4, { 127, (uint8_t)(pid >> 8 | 1), (uint8_t)pid, number } }, 8874 };
}

static int setup(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	for (int i = 0; i < ENDS; i++) {
		world.fds[i] = -1;
		world.ends[i] = end_of_loopback((uint8_t)(i + 1));
	}
	return peer_socket_prepare();
}

static int teardown(void **state)
{
	peers_close(world.peers);
	for (int i = 0; i < ENDS; i++)
		if (world.fds[i] >= 0)
			close(world.fds[i]);
	return packets_free(state);
}

static struct config_peer peer_of(const struct peer_end *end)
{
	return (struct config_peer){ end->addr, end->port };
}

static struct config config_of_two(void)
{
	struct config c;

	config_default(&c);
	c.peer_listen4 = peer_of(&world.ends[FIRST]);
	c.peers[0] = peer_of(&world.ends[SECOND]);
	c.peers[1] = peer_of(&world.ends[THIRD]);
	c.peer_count = 2;
	return c;
}

static void open_with(const struct config *c)
{
	char why[200] = "";

	for (int i = SECOND; i < ENDS; i++)
		assert_true((world.fds[i] = peer_socket_open(&world.ends[i], 0)) >= 0);
	assert_int_equal(peers_open(&world.peers, c, key, why, sizeof(why)), 0);
	peers_join(world.peers, 0, c);
}

static void open_two(void)
{
	const struct config c = config_of_two();

	open_with(&c);
}

/* Of what this host has sent to that end; false: nothing, or not with the key. */
static bool receive(int end, struct peer_datagram *d)
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

static void on_answer(void *owner, const struct peer_answer *a)
{
	(void)owner;
	world.answers++;
	world.last = *a;
	memcpy(world.packet, a->packet.at, a->packet.len);
}

static void work(void)
{
	peers_work(world.peers, 0, world.counters, on_answer, NULL);
}

/* A datagram of the second, as it should be. */
static struct peer_datagram datagram(uint64_t epoch, uint64_t count)
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
static void give_bytes(int end, struct span bytes)
{
	const struct peer_end *const to[] = { &world.ends[FIRST] };

	assert_int_equal(peer_socket_send(world.fds[end], to, 1, bytes), 1);
	work();
}

static void give_with(int end, const struct peer_datagram *d, const uint8_t *with)
{
	uint8_t room[PEER_DATAGRAM_MOST];
	struct writer out = writer_of(room, sizeof(room));

	peer_datagram_put(d, &out);
	peer_socket_seal(with, &out);
	assert_false(out.overflow);
	give_bytes(end, span_of(room, out.len));
}

static void give(const struct peer_datagram *d)
{
	give_with(SECOND, d, key);
}

/* How many were refused for it, of the second. */
static uint64_t refused(enum reason why)
{
	const uint64_t figure = peers_figures(world.peers, 0).refused[why - REASON_PEER_SOURCE];

	assert_int_equal(figure, world.counters[why]);
	return figure;
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

static void opens_nothing_without_peers(void **state)
{
	struct config c;
	char why[200] = "";

	(void)state;
	config_default(&c);
	assert_int_equal(peers_open(&world.peers, &c, key, why, sizeof(why)), 0);
	assert_null(world.peers);
	assert_int_equal(peers_count(world.peers), 0);
}

static void says_what_cannot_be_opened(void **state)
{
	struct config c = config_of_two();
	char why[200] = "";

	(void)state;
	c.peer_listen4 = (struct config_peer){ addr_of("198.51.100.1"), 99 };
	assert_int_equal(peers_open(&world.peers, &c, key, why, sizeof(why)), -EADDRNOTAVAIL);
	assert_string_equal(why,
		"peer-listen 198.51.100.1, port 99: Cannot assign requested address (not an address of this host)");
	assert_null(world.peers);
	open_two();
	c = config_of_two();
	assert_int_equal(peers_open(&(struct peers *){ NULL }, &c, key, why, sizeof(why)), -EADDRINUSE);
}

/* --- sending ----------------------------------------------------------------------------------------------------- */

static void greets_all(void **state)
{
	struct peer_datagram d;
	uint64_t epoch;

	(void)state;
	open_two();
	for (uint64_t i = 1; i <= 2; i++) {
		peers_greet(world.peers);
		for (int end = SECOND; end < ENDS; end++) {
			assert_true(receive(end, &d));
			assert_int_equal(d.kind, PEER_ALIVE);
			assert_int_equal(d.count, i);
			assert_true(addr_equal(&d.sender, &world.ends[FIRST].addr) && d.sender_port == 8874);
			epoch = d.epoch;
			assert_true(epoch <= d.captured_ns && d.captured_ns - epoch < 60 * s_ns);
		}
	}
	assert_int_equal(peers_figures(world.peers, 0).sent, 0);
}

static void offer(const char *text)
{
	peers_offer(world.peers, packet_of(text), clock_ns(CLOCK_MONOTONIC) - s_ns / 2, world.counters);
}

static void sends_to_all_when_it_was_captured(void **state)
{
	const struct span packet = packet_of(RETURN4);
	struct peer_datagram d;
	uint64_t age_ns;

	(void)state;
	open_two();
	offer(RETURN4);
	for (int end = SECOND; end < ENDS; end++) {
		assert_true(receive(end, &d));
		age_ns = clock_ns(CLOCK_REALTIME) - d.captured_ns;
		assert_int_equal(d.kind, PEER_ERROR);
		assert_int_equal(d.packet.len, packet.len);
		assert_memory_equal(d.packet.at, packet.at, packet.len);
		assert_true(age_ns >= s_ns / 2 && age_ns < 30 * s_ns);
		assert_int_equal(peers_figures(world.peers, (unsigned)end - SECOND).sent, 1);
	}
	assert_int_equal(world.counters[REASON_PEER_SENT], 1);
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 0);
}

/* Of another host; of no candidate; of the address that peers know this one by, as errors about what is sent to them. */
static void keeps_what_is_for_no_peer(void **state)
{
	struct config c;

	(void)state;
	open_two();
	offer(ERROR4("10.2.1.2", "203.0.113.81", "7"));
	offer("ip4 10.2.1.2 > " SHARED " | udp 1 > 2 | zeroes 8");
	assert_int_equal(world.counters[REASON_PEER_SENT], 0);
	peers_close(world.peers);
	c = config_of_two();
	c.peer_listen4.addr = addr_of(SHARED);
	assert_int_equal(peers_open(&world.peers, &c, key, (char[200]){ 0 }, 200), 0);
	peers_join(world.peers, 0, &c);
	offer(RETURN4);
	offer(ERROR4("10.2.1.2", SHARED, "7") " | cut 56");
	assert_int_equal(world.counters[REASON_PEER_SENT], 0);
}

/* The first of a call is not sent: the others are, and only these count as sent to. A greeting that is not sent is no matter. */
static void goes_on_after_an_error(void **state)
{
	static const int errors[] = { ENOBUFS, EAGAIN, EHOSTUNREACH, EPERM };
	struct peer_datagram d;

	(void)state;
	open_two();
	for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		world.refusal = errors[i];
		world.refusals = 1;
		offer(RETURN4);
		assert_false(receive(SECOND, &d));
		assert_true(receive(THIRD, &d));
		assert_int_equal(world.counters[REASON_PEER_UNSENT], i + 1);
		assert_int_equal(peers_figures(world.peers, 0).sent, 0);
		assert_int_equal(peers_figures(world.peers, 1).sent, i + 1);
	}
	world.refusals = 2;
	offer(RETURN4);
	assert_false(receive(THIRD, &d));
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 6);
	world.refusals = 1;
	peers_greet(world.peers);
	assert_true(receive(THIRD, &d));
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 6);
}

/* Peers of a family that has no socket, which the configuration refuses, are left out. */
static void sends_by_the_family_of_its_socket(void **state)
{
	struct config c = config_of_two();
	struct peer_datagram d;

	(void)state;
	c.peers[0] = (struct config_peer){ addr_of("2001:db8::2"), 8874 };
	open_with(&c);
	assert_int_equal(peers_fd(world.peers, 1), -1);
	offer(RETURN4);
	offer("ip6 fd00:2:1::2 > 2001:db8:80::80 | expired | ip6 2001:db8:80::80 > 2001:db8:c::10 ttl 1 flow 7 | "
	      "udp 53 > 4000 | neutral 32");
	assert_true(receive(THIRD, &d) && d.packet.at[0] == 0x45);
	assert_true(receive(THIRD, &d) && d.packet.at[0] == 0x60);
	assert_int_equal(world.counters[REASON_PEER_UNSENT], 0);
	assert_int_equal(peers_figures(world.peers, 0).sent, 0);
	assert_int_equal(peers_figures(world.peers, 1).sent, 2);
}

static void counts_what_is_too_large_or_too_much(void **state)
{
	struct config c = config_of_two();
	struct peer_datagram d;

	(void)state;
	c.peer_limit = 2;
	open_with(&c);
	offer("ip4 10.2.1.2 > " SHARED " | expired | ip4 " SHARED
	      " > 10.1.1.10 ttl 1 id 7 | udp 53 > 4000 | neutral 1300");
	assert_int_equal(world.counters[REASON_PEER_TOO_LARGE], 1);
	for (int i = 0; i < 10; i++)
		offer(RETURN4);
	assert_true(world.counters[REASON_PEER_SENT] >= 1 && world.counters[REASON_PEER_LIMIT] >= 1);
	assert_int_equal(world.counters[REASON_PEER_SENT] + world.counters[REASON_PEER_LIMIT], 10);
	assert_true(receive(SECOND, &d));
}

/* One worker sends each error, that of its tag; replies, which have none, the first. */
static void one_worker_sends(void **state)
{
	struct config c = config_of_two();
	uint64_t sent[4];

	(void)state;
	c.queue_last = (uint16_t)(c.queue_first + 1);
	open_with(&c);
	for (unsigned worker = 0; worker < 2; worker++) {
		peers_join(world.peers, worker, &c);
		world.counters[REASON_PEER_SENT] = 0;
		offer(ERROR4("10.2.1.2", SHARED, "7"));
		sent[worker] = world.counters[REASON_PEER_SENT];
		offer(ERROR4("10.2.1.2", SHARED, "40000"));
		sent[2 + worker] = world.counters[REASON_PEER_SENT] - sent[worker];
		offer("ip4 10.1.1.10 > " SHARED " | reply id 7 seq 9 | zeroes 8");
		assert_int_equal(world.counters[REASON_PEER_SENT] - sent[worker] - sent[2 + worker], worker == 0);
	}
	assert_true(sent[0] == 1 && sent[1] == 0 && sent[2] == 0 && sent[3] == 1);
}

/* --- receiving --------------------------------------------------------------------------------------------------- */

static void hands_over_what_is_right(void **state)
{
	const uint64_t before_ns = clock_ns(CLOCK_MONOTONIC);
	struct peer_figures f;
	struct peer_datagram d;

	(void)state;
	open_two();
	d = datagram(7, 1);
	give(&d);
	assert_int_equal(world.answers, 1);
	assert_int_equal(world.last.packet.len, d.packet.len);
	assert_memory_equal(world.packet, d.packet.at, d.packet.len);
	assert_true(world.last.peer == 0 && world.last.workers == 1);
	assert_true(world.last.at_ns >= before_ns - s_ns && world.last.at_ns <= clock_ns(CLOCK_MONOTONIC));
	peers_matched(world.peers, 0);
	peers_matched(world.peers, 2); /* none */
	f = peers_figures(world.peers, 0);
	assert_true(f.received == 1 && f.matched == 1 && f.heard_ns >= before_ns);
	f = peers_figures(world.peers, 1);
	assert_true(f.received == 0 && f.matched == 0 && f.heard_ns == 0);
	/* a greeting is heard, and no more; what is no candidate, or of another kind, is for no worker */
	d = datagram(7, 2);
	d.kind = PEER_ALIVE;
	d.packet.len = 0;
	give(&d);
	d = datagram(7, 3);
	d.kind = PEER_REPLY;
	give(&d);
	d = datagram(7, 4);
	d.packet.len = 20;
	give(&d);
	assert_int_equal(world.answers, 1);
	assert_int_equal(world.counters[REASON_PEER_UNMATCHED], 2);
	assert_int_equal(peers_figures(world.peers, 0).received, 3);
}

static void refuses_what_is_forged(void **state)
{
	static const uint8_t other_key[PEER_KEY_SIZE] = { 1, 2, 4 };
	struct peer_datagram d;

	(void)state;
	open_two();
	d = datagram(7, 1);
	give_with(SECOND, &d, other_key);
	assert_int_equal(refused(REASON_PEER_KEY), 1);
	give_with(THIRD, &d, key); /* that of the second, sent again by the third */
	assert_int_equal(world.counters[REASON_PEER_SOURCE], 1);
	assert_int_equal(peers_figures(world.peers, 1).refused[0], 1);
	d.sender_port++;
	give(&d);
	assert_int_equal(world.counters[REASON_PEER_SOURCE], 2);
	/* the address of a peer, and a port that a NAT has made of its own */
	close(world.fds[THIRD]);
	world.ends[THIRD] = (struct peer_end){ world.ends[SECOND].addr, 8875 };
	world.fds[THIRD] = peer_socket_open(&world.ends[THIRD], 0);
	d = datagram(7, 1);
	give_with(THIRD, &d, key);
	assert_int_equal(world.counters[REASON_PEER_SOURCE], 3);
	assert_int_equal(peers_figures(world.peers, 0).refused[0], 1);
	assert_int_equal(world.answers, 0);
	assert_int_equal(peers_figures(world.peers, 0).heard_ns, 0);
	give(&d); /* none of these has used up its number */
	assert_int_equal(world.answers, 1);
}

static void refuses_any_other_length(void **state)
{
	static uint8_t bytes[65507];
	const struct peer_datagram d = datagram(7, 1);
	struct writer out = writer_of(bytes, PEER_DATAGRAM_MOST);
	uint64_t given = 0;

	(void)state;
	open_two();
	peer_datagram_put(&d, &out);
	peer_socket_seal(key, &out);
	for (size_t len = 0; len <= PEER_DATAGRAM_MOST + 2; len++) {
		if (len == out.len)
			continue;
		give_bytes(SECOND, span_of(bytes, len));
		assert_int_equal(refused(REASON_PEER_FORMAT), ++given);
	}
	give_bytes(SECOND, span_of(bytes, sizeof(bytes)));
	assert_int_equal(refused(REASON_PEER_FORMAT), ++given);
	bytes[4]++;
	give_bytes(SECOND, span_of(bytes, out.len));
	assert_int_equal(refused(REASON_PEER_VERSION), 1);
	assert_int_equal(world.answers, 0);
}

/* Clocks that differ; a far one is no number that overflows. One that was received before says nothing of a clock. */
static void refuses_other_times(void **state)
{
	struct peer_datagram d;

	(void)state;
	open_two();
	d = datagram(7, 1);
	d.captured_ns -= 4 * s_ns;
	give(&d);
	assert_int_equal(world.answers, 1);
	assert_in_range(peers_figures(world.peers, 0).late_ns, 4 * s_ns, 5 * s_ns);
	assert_true(world.last.at_ns + s_ns > clock_ns(CLOCK_MONOTONIC)); /* counts as now */
	d = datagram(7, 2);
	give(&d);
	d = datagram(7, 1);
	d.captured_ns -= 3600 * s_ns;
	give(&d);
	assert_int_equal(refused(REASON_PEER_REPLAYED), 1);
	assert_true(peers_figures(world.peers, 0).late_ns < (int64_t)(5 * s_ns));
	d = datagram(7, 3);
	d.captured_ns -= 6 * s_ns;
	give(&d);
	assert_in_range(peers_figures(world.peers, 0).late_ns, 6 * s_ns, 36 * s_ns);
	d.captured_ns = clock_ns(CLOCK_REALTIME) + 60 * s_ns;
	give(&d);
	assert_in_range(-peers_figures(world.peers, 0).late_ns, 30 * s_ns, 60 * s_ns);
	d.captured_ns = 0;
	give(&d);
	d.captured_ns = UINT64_MAX;
	give(&d);
	d.captured_ns = clock_ns(CLOCK_REALTIME) + (UINT64_C(1) << 63);
	give(&d);
	assert_int_equal(refused(REASON_PEER_CLOCK), 5);
	d.captured_ns = clock_ns(CLOCK_REALTIME); /* none of these has used up its number */
	give(&d);
	assert_int_equal(world.answers, 3);
}

/* The window and the epoch of each peer are its own. */
static void takes_each_once(void **state)
{
	struct peer_datagram d;

	(void)state;
	open_two();
	for (uint64_t count = 1; count <= 3000; count++) {
		d = datagram(7, count);
		give(&d);
		d.captured_ns++;
		give(&d);
		packets_free(NULL);
	}
	assert_int_equal(world.answers, 3000);
	assert_int_equal(refused(REASON_PEER_REPLAYED), 3000);
	d = datagram(7, 3000 - 1024);
	give(&d);
	d = datagram(8, 1); /* the peer was started again */
	give(&d);
	d = datagram(8, 1);
	give(&d);
	d = datagram(7, 3001); /* of before that, sent again */
	give(&d);
	d = datagram(8, 0);
	give(&d);
	assert_int_equal(world.answers, 3001);
	assert_int_equal(refused(REASON_PEER_REPLAYED), 3004);
	d = datagram(7, 1);
	d.sender = world.ends[THIRD].addr;
	give_with(THIRD, &d, key);
	assert_int_equal(world.answers, 3002);
}

/* A flood that is not read in time: all that was sent is counted, as refused or as lost. */
static void counts_what_the_kernel_has_dropped(void **state)
{
	static const uint8_t junk[1400];
	const struct peer_end *const to[] = { &world.ends[FIRST] };
	enum { FLOOD = 6000 };
	uint64_t before;

	(void)state;
	open_two();
	for (int i = 0; i < FLOOD; i++)
		assert_int_equal(peer_socket_send(world.fds[SECOND], to, 1, span_of(junk, sizeof(junk))), 1);
	do {
		before = world.counters[REASON_PEER_FORMAT];
		work();
	} while (world.counters[REASON_PEER_FORMAT] != before);
	give_bytes(SECOND, span_of(junk, 1)); /* the number comes with the next one that has room */
	assert_true(world.counters[REASON_PEER_OVERRUN] > 0);
	assert_int_equal(world.counters[REASON_PEER_OVERRUN] + refused(REASON_PEER_FORMAT), FLOOD + 1);
	give_bytes(SECOND, span_of(junk, 1));
	assert_int_equal(world.counters[REASON_PEER_OVERRUN] + refused(REASON_PEER_FORMAT), FLOOD + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(opens_nothing_without_peers, setup, teardown),
		cmocka_unit_test_setup_teardown(says_what_cannot_be_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(greets_all, setup, teardown),
		cmocka_unit_test_setup_teardown(sends_to_all_when_it_was_captured, setup, teardown),
		cmocka_unit_test_setup_teardown(keeps_what_is_for_no_peer, setup, teardown),
		cmocka_unit_test_setup_teardown(goes_on_after_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(sends_by_the_family_of_its_socket, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_what_is_too_large_or_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(one_worker_sends, setup, teardown),
		cmocka_unit_test_setup_teardown(hands_over_what_is_right, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_forged, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_any_other_length, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_other_times, setup, teardown),
		cmocka_unit_test_setup_teardown(takes_each_once, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_what_the_kernel_has_dropped, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
