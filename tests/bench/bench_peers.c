/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench_peers [HOSTS [PROBES]]: what peers cost where HOSTS (32) of one address have PROBES (10,000) a second each, and
 * a share of the routers' answers arrives at another host than the one that has the flight. The limits are those of
 * engine/peer_limit.c, fed with ten seconds of such errors; the time for a datagram is measured with
 * the functions that uturnd calls, in CPU time, the system calls over the loopback.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "engine/engine.h"
#include "engine/peer_candidate.h"
#include "engine/peer_limit.h"
#include "engine/peer_window.h"
#include "io/peer_socket.h"
#include "packet/peer_datagram.h"
#include "tests/engine_of.h"
#include "tests/packets.h"

enum { ROUNDS = 200000, SECONDS = 10, ROUTERS = 4000, LINK_BYTES = 14 + 4 + 12 + 8 + 20 + 8 }; /* Ethernet, IPv4, UDP */
#define ERROR \
	"ip4 10.2.1.2 > 203.0.113.80 | expired | ip4 203.0.113.80 > 10.1.1.10 ttl 1 id 7 | udp 53 > 4000 | neutral 32"

static const uint64_t s_ns = 1000000000;
static uint8_t key[PEER_KEY_SIZE] = { 1, 2, 3 };

struct costs {
	double send_ns, receive_ns; /* one datagram, made once for all peers; taken by one that has no such flight */
	double kernel_ns; /* to send and to receive one */
	size_t bytes;
};

static double measure_kernel(size_t size)
{
	static uint8_t room[PEER_DATAGRAM_MOST];
	const struct peer_end a = { addr_of("127.0.0.1"), 18874 }, *to[] = { &a };
	struct peer_end from;
	int fd = peer_socket_open(&a, 0);
	uint32_t lost = 0;
	uint64_t start_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	for (unsigned i = 0; i < ROUNDS; i++)
		if (peer_socket_send(fd, to, 1, span_of(room, size)) != 1 ||
			peer_socket_receive(fd, room, sizeof(room), &from, &lost) != (ssize_t)size)
			abort();
	close(fd);
	return (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start_ns) / ROUNDS;
}

static struct costs measure(void)
{
	static struct engine e;
	static struct peer_window w;
	static uint8_t room[PEER_DATAGRAM_MOST], none[ENGINE_PACKET_MAX];
	static const uint64_t secret[2] = { 1, 2 };
	struct peer_datagram d = { .kind = PEER_ERROR, .sender = addr_of("192.0.2.1"), .packet = packet_of(ERROR) };
	struct peer_candidate c;
	struct costs costs = { 0 };
	uint64_t start_ns;

	engine_of(&e, "", secret);
	peer_socket_prepare();
	start_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 1; i <= ROUNDS; i++) {
		struct writer out = writer_of(room, sizeof(room));

		d.count = i;
		peer_candidate_parse(d.packet, false, &c);
		peer_datagram_put(&d, &out);
		peer_socket_seal(key, &out);
		costs.bytes = out.len;
	}
	costs.send_ns = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start_ns) / ROUNDS;
	start_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 1; i <= ROUNDS; i++) {
		struct span bytes = span_of(room, costs.bytes);
		struct writer out = writer_of(none, sizeof(none));

		if (peer_datagram_parse(bytes, &d) ||
			!peer_socket_is_sealed(key, peer_datagram_covered(bytes), peer_datagram_mac(bytes)))
			abort();
		peer_window_take(&w, 1, i, s_ns);
		peer_candidate_parse(d.packet, false, &c);
		engine_on_peer(&e, d.packet, s_ns, &out);
	}
	costs.receive_ns = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start_ns) / ROUNDS;
	costs.kernel_ns = measure_kernel(costs.bytes);
	return costs;
}

/* Errors a second that one host sends on, of so many a second that are not its own. */
static double passed(double errors, uint32_t rate)
{
	static struct peer_limit l;
	const unsigned count = (unsigned)(errors * SECONDS);
	unsigned sent = 0;

	l = (struct peer_limit){ .rate = rate, .key = { 1, 2 } };
	for (unsigned i = 0; i < count; i++) {
		const unsigned router = (unsigned)random() % ROUTERS * ((unsigned)random() % 8 + 1) /
			8; /* some more often */
		struct addr a = { 4, { 10, (uint8_t)(router >> 8), (uint8_t)router, 1 } };

		sent += peer_limit_take(&l, &a, 100 * s_ns + (uint64_t)((double)i / errors * 1e9));
	}
	return (double)sent / SECONDS;
}

static void row(const struct costs *costs, double errors, uint32_t limit, unsigned told)
{
	const double on = errors > 0 ? passed(errors, limit) : 0, out = on * told; /* as many come in */
	const double mbit = out * (double)(costs->bytes + LINK_BYTES) * 8 / 1e6;
	const double cpu = (on * costs->send_ns + out * (costs->receive_ns + costs->kernel_ns)) / 1e7;

	printf(" %9.0f %10.0f %8.1f %6.1f %6.1f", on, out, mbit, cpu, errors > 0 ? 100 * (1 - on / errors) : 0);
}

int main(int argc, char **argv)
{
	static const double shares[] = { 0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.97 };
	const unsigned hosts = argc > 1 ? (unsigned)atoi(argv[1]) : 32;
	const double probes = argc > 2 ? atof(argv[2]) : 10000;
	const struct costs costs = measure();

	printf("# %zu bytes, %.0f ns to make one for all peers, %.0f ns to take one, %.0f ns of the kernel for both\n",
		costs.bytes, costs.send_ns, costs.receive_ns, costs.kernel_ns);
	printf("# a host: errors sent on, datagrams out (as many in), Mbit/s each way, %% of a core, %% of the errors lost\n");
	printf("# %-6s | %-44s | %-44s | %s\n", "share", "peer-limit 2000/s", "no limit",
		"no limit, each told to one host");
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		printf("%6.0f %% |", 100 * shares[i]);
		row(&costs, probes * shares[i], 2000, hosts - 1);
		printf(" |");
		row(&costs, probes * shares[i], 100000000, hosts - 1);
		printf(" |");
		row(&costs, probes * shares[i], 100000000, 1);
		putchar('\n');
	}
	packets_free(NULL);
	return 0;
}
