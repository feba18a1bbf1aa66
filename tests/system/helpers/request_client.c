/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of uturn-request(7), written for its test from the manual alone.
 *
 * request_client trace ADDRESS udp|tcp|icmp [FLOW [PADDING]]
 *	a line a hop, as traceroute has it; with padding also what is behind byte 36; then how many
 *	answers came that were not asked for
 * request_client flood ADDRESS SECONDS RATE
 *	asks for the first hop, and counts answers
 * request_client odd ADDRESS FORM
 *	one request that is not to be served, and how many packets came back
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 12, RESPONSE = 36, HOPS = 30, TRIES = 3 };

static int fd;
static bool is_four;
static struct sockaddr_storage to, own;
static socklen_t to_size;

static void fail(const char *words)
{
	perror(words);
	exit(1);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint16_t checksum(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? at[i] : at[i] * 256u;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void open_socket(const char *address)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&to;
	socklen_t own_size = sizeof(own);
	int size = 32 << 20, udp;

	is_four = inet_pton(AF_INET, address, &four->sin_addr) == 1;
	if (!is_four && inet_pton(AF_INET6, address, &six->sin6_addr) != 1)
		fail(address);
	to.ss_family = is_four ? AF_INET : AF_INET6;
	to_size = is_four ? sizeof(*four) : sizeof(*six);
	fd = socket(to.ss_family, SOCK_RAW, is_four ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	four->sin_port = htons(9);
	udp = socket(to.ss_family, SOCK_DGRAM, 0);
	if (connect(udp, (struct sockaddr *)&to, to_size) || getsockname(udp, (struct sockaddr *)&own, &own_size))
		fail("connect");
	four->sin_port = 0;
	close(udp);
}

static size_t make(uint8_t *at, uint16_t id, uint8_t ttl, uint8_t protocol, uint16_t flow, size_t padding)
{
	uint16_t sum;

	memset(at, 0, REQUEST + padding);
	at[0] = is_four ? 8 : 128;
	at[1] = 1;
	at[4] = (uint8_t)(id >> 8);
	at[5] = (uint8_t)id;
	at[8] = ttl;
	at[9] = protocol;
	at[10] = (uint8_t)(flow >> 8);
	at[11] = (uint8_t)flow;
	if (is_four) { /* for IPv6 the kernel does it */
		sum = checksum(at, REQUEST + padding);
		at[2] = (uint8_t)(sum >> 8);
		at[3] = (uint8_t)sum;
	}
	return REQUEST + padding;
}

static void send_bytes(const uint8_t *at, size_t len)
{
	while (sendto(fd, at, len, 0, (struct sockaddr *)&to, to_size) < 0)
		if (errno != ENOBUFS && errno != EAGAIN)
			fail("send");
}

/* The next echo reply with code 1 within so long; its length, or 0. */
static size_t receive(uint8_t *message, size_t size, double wait_s)
{
	double end = now_s() + wait_s;

	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };
		double left = end - now_s();
		uint8_t packet[2000];
		size_t header = 0, len;
		ssize_t got;

		if (poll(&p, 1, left > 0 ? (int)(left * 1000) : 0) <= 0)
			return 0;
		got = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
		if (got <= 0)
			continue;
		if (is_four)
			header = (size_t)(packet[0] & 15) * 4;
		len = (size_t)got - header;
		if (packet[header] != (is_four ? 0 : 129) || packet[header + 1] != 1)
			continue;
		memcpy(message, packet + header, len < size ? len : size);
		return len;
	}
}

static bool is_own(const uint8_t *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)&own;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&own;

	return is_four ? memcmp(address + 12, &four->sin_addr, 4) == 0 : memcmp(address, &six->sin6_addr, 16) == 0;
}

/* Prints the hop, and says whether it was the last. */
static bool show(unsigned ttl, const uint8_t *r, size_t len)
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	char name[INET6_ADDRSTRLEN];
	double rtt_ms = (double)((uint32_t)r[28] << 24 | r[29] << 16 | r[30] << 8 | r[31]) / 1e6;

	if (r[8] || len < RESPONSE) {
		printf("%2u  status %u\n", ttl, r[8]);
		return true;
	}
	if (is_four != (memcmp(r + 12, mapped, sizeof(mapped)) == 0))
		fail("an address of the other family");
	inet_ntop(is_four ? AF_INET : AF_INET6, is_four ? r + 24 : r + 12, name, sizeof(name));
	printf("%2u  %s  %.3f ms", ttl, name, rtt_ms);
	if (len > RESPONSE)
		printf("  kind %u type %u code %u ttl %u, checksum %s", r[44], r[45], r[46], r[47],
			checksum(r + RESPONSE, len - RESPONSE) ? "wrong" : "right");
	putchar('\n');
	return is_own(r + 12);
}

static void trace(const char *protocol, uint16_t flow, size_t padding)
{
	uint8_t number = protocol[0] == 'u' ? 17 : protocol[0] == 't' ? 6 : is_four ? 1 : 58;
	uint8_t bytes[1500], r[1500];
	unsigned extra = 0;
	bool is_end = false;

	for (unsigned ttl = 1; ttl <= HOPS && !is_end; ttl++) {
		size_t len = 0;

		for (unsigned try = 0; try < TRIES && !len; try++) {
			uint16_t id = (uint16_t)(ttl * 256 + try + 1);

			send_bytes(bytes, make(bytes, id, (uint8_t)ttl, number, flow, padding));
			len = receive(r, sizeof(r), 3);
			if (len && (r[4] << 8 | r[5]) != id) {
				extra++;
				len = 0;
			}
		}
		if (len)
			is_end = show(ttl, r, len);
		else
			printf("%2u  *\n", ttl);
	}
	while (receive(r, sizeof(r), 0.1))
		extra++;
	printf("answers too many: %u\n", extra);
}

static void flood(double seconds, double rate)
{
	double start = now_s(), last;
	unsigned long sent = 0, answered = 0;
	uint8_t bytes[64], r[64];

	while (now_s() - start < seconds) {
		unsigned long due = (unsigned long)((now_s() - start) * rate);

		for (; sent < due; sent++)
			send_bytes(bytes, make(bytes, (uint16_t)(sent % 65535 + 1), 1, 17, 33000, 0));
		while (receive(r, sizeof(r), 0))
			answered += r[8] == 0;
		usleep(200);
	}
	for (last = now_s(); now_s() - last < 1;)
		if (receive(r, sizeof(r), 0.1)) {
			answered += r[8] == 0;
			last = now_s();
		}
	printf("sent %lu answered %lu\n", sent, answered);
}

/* IPv4 only, where a raw socket lets us write the header. */
static void odd(const char *form)
{
	uint8_t packet[64] = { 0x45 }, r[64];
	size_t len = make(packet + 20, 7, 1, 17, 33000, 24);
	struct sockaddr_in *target = (struct sockaddr_in *)&to, *from = (struct sockaddr_in *)&own;
	int on = 1;
	unsigned count = 0;

	packet[8] = 64;
	packet[9] = IPPROTO_ICMP;
	memcpy(packet + 12, &from->sin_addr, 4);
	memcpy(packet + 16, &target->sin_addr, 4);
	if (strcmp(form, "checksum") == 0)
		packet[22] ^= 1;
	else if (strcmp(form, "fragment") == 0)
		packet[6] = 0x20;
	else if (strcmp(form, "source") == 0)
		memcpy(packet + 12, &target->sin_addr, 4);
	else if (strcmp(form, "multicast") == 0)
		packet[12] = 224;
	setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on));
	send_bytes(packet, 20 + len);
	while (receive(r, sizeof(r), 0.3))
		count++;
	printf("answers: %u\n", count);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	open_socket(argv[2]);
	if (strcmp(argv[1], "trace") == 0)
		trace(argv[3], (uint16_t)(argc > 4 ? atoi(argv[4]) : 0), argc > 5 ? (size_t)atoi(argv[5]) : 0);
	else if (strcmp(argv[1], "flood") == 0 && argc > 4)
		flood(atof(argv[3]), atof(argv[4]));
	else if (strcmp(argv[1], "odd") == 0)
		odd(argv[3]);
	return 0;
}
