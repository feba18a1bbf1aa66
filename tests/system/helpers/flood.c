/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flood errors TARGET PROBER RATE   forged Time Exceeded messages of 192.0.2.66 or
 *     2001:db8:66::66, about PROBER's traceroute, its ports and tags guessed
 * flood brief TARGET PROBER RATE    the same with 8 bytes of the datagram quoted
 * flood probes TARGET NETWORK RATE  probes with a small TTL from as many sources
 *     as NETWORK (/16, /48) has, each a new one
 *
 * Sends RATE a second, or what the machine can send, from a raw socket, until SIGTERM.
 * Ten times a second, and at the end, a line says how many went out and in how many seconds.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { PAYLOAD = 32, UDP = 8 + PAYLOAD, PACKET_MAX = 40 + 8 + 40 + UDP };

static bool is_four, is_brief;
static uint8_t target[16], other[16];
static size_t size_ip, size_addr;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint32_t random_bits(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

static void put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static uint32_t add(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

static uint16_t folded(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t) ~((sum >> 16) + sum);
}

static void put_ip(uint8_t *at, const uint8_t *from, const uint8_t *to, uint8_t protocol, uint8_t ttl, size_t payload)
{
	memset(at, 0, size_ip);
	at[0] = is_four ? 0x45 : 0x60;
	at[is_four ? 9 : 6] = protocol;
	at[is_four ? 8 : 7] = ttl;
	put16(at + (is_four ? 2 : 4), (uint32_t)(payload + (is_four ? size_ip : 0)));
	put16(at + (is_four ? 4 : 2), random_bits());
	memcpy(at + size_ip - 2 * size_addr, from, size_addr);
	memcpy(at + size_ip - size_addr, to, size_addr);
	if (is_four)
		put16(at + 10, folded(add(0, at, size_ip)));
}

static uint16_t transport_sum(const uint8_t *ip, uint8_t protocol, size_t n)
{
	uint32_t sum =
		is_four && protocol == 1 ? 0 : add(protocol + (uint32_t)n, ip + size_ip - 2 * size_addr, 2 * size_addr);

	return folded(add(sum, ip + size_ip, n));
}

static void put_udp(uint8_t *ip, uint32_t sport, uint32_t dport)
{
	uint8_t *l4 = ip + size_ip;

	put16(l4, sport);
	put16(l4 + 2, dport);
	put16(l4 + 4, UDP);
	put16(l4 + 6, 0);
	for (int i = 0; i < PAYLOAD; i++)
		l4[8 + i] = (uint8_t)(0x40 + i);
	put16(l4 + 6, transport_sum(ip, 17, UDP));
}

/* About a return probe: the ports of Linux traceroute, turned, and its checksum. */
static size_t error(uint8_t *at)
{
	uint8_t router[16], *icmp = at + size_ip, *quote = icmp + 8;
	size_t n = 8 + size_ip + (is_brief ? 8 : UDP);

	inet_pton(is_four ? AF_INET : AF_INET6, is_four ? "192.0.2.66" : "2001:db8:66::66", router);
	put_ip(at, router, target, is_four ? 1 : 58, 64, n);
	memset(icmp, 0, 8);
	icmp[0] = is_four ? 11 : 3;
	put_ip(quote, target, other, 17, 1, UDP);
	put_udp(quote, 33434 + random_bits() % 64, 32768 + random_bits() % 28232);
	put16(icmp + 2, transport_sum(at, icmp[0] == 11 ? 1 : 58, n));
	return size_ip + n;
}

static size_t probe(uint8_t *at)
{
	uint8_t from[16];

	memcpy(from, other, size_addr);
	put16(from + (is_four ? 2 : 6), 1 + random_bits() % 65534); /* the host of a /16, the /64 of a /48 */
	put_ip(at, from, target, 17, (uint8_t)(4 + random_bits() % 3), UDP);
	put_udp(at, 1024 + random_bits() % 60000, 33434 + random_bits() % 64);
	return size_ip + UDP;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static volatile sig_atomic_t is_over;

static void end(int signal_number)
{
	(void)signal_number;
	is_over = 1;
}

static void report(uint64_t sent, double seconds)
{
	printf("%llu %.1f\n", (unsigned long long)sent, seconds);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct timespec nap = { .tv_nsec =
					10000 }; /* a few packets at a time: between bursts there is room for others */
	double begin = now(), start = begin, said = begin, rate;
	uint8_t packet[PACKET_MAX];
	uint64_t sent = 0, lost = 0;
	bool is_error;
	int fd;

	if (argc != 5)
		return 2;
	is_brief = strcmp(argv[1], "brief") == 0;
	is_error = is_brief || strcmp(argv[1], "errors") == 0;
	is_four = !strchr(argv[2], ':');
	size_ip = is_four ? 20 : 40;
	size_addr = is_four ? 4 : 16;
	rate = atof(argv[4]);
	signal(SIGTERM, end);
	if (inet_pton(is_four ? AF_INET : AF_INET6, argv[2], target) != 1 ||
		inet_pton(is_four ? AF_INET : AF_INET6, argv[3], other) != 1)
		die(argv[2]);
	memcpy(&to4.sin_addr, target, 4);
	memcpy(&to6.sin6_addr, target, 16);
	fd = socket(is_four ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0)
		die("raw socket");
	while (!is_over) {
		uint64_t due = (uint64_t)((now() - start) * rate), most = sent + (uint64_t)rate / 100;

		/* what was missed while others had the processor is not sent at once */
		if (due > most) {
			start += (double)(due - most) / rate;
			due = most;
		}

		for (; sent < due && !is_over; sent++) {
			size_t n = is_error ? error(packet) : probe(packet);

			if (sendto(fd, packet, n, 0, is_four ? (void *)&to4 : (void *)&to6,
				    is_four ? sizeof(to4) : sizeof(to6)) < 0)
				lost++;
		}
		if (now() - said >= 0.1) {
			said = now();
			report(sent - lost, said - begin);
		}
		nanosleep(&nap, NULL);
	}
	report(sent - lost, now() - begin);
}
