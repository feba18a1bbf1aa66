/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A router of another make: answers every packet that reaches INTERFACE with
 * a TTL of 1, and that the kernel was told to drop, by an ICMP error of the
 * FORM that is asked for. One program, because what a router says is a few
 * numbers: see forms[].
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PADDED = 128, EXTENSION_MAX = 64, QUOTE_MAX = 1232 };

/* what stands behind the quote */
enum extension { NONE, MPLS, MPLS_STACK, SEVERAL, OLD_MPLS };

static const struct form {
	const char *name;
	uint8_t type4, code4, type6, code6;
	uint32_t rest; /* second word of the ICMP header: MTU */
	uint16_t quote_l4; /* bytes of L4 quoted, 0: all */
	enum extension extension;
	uint8_t changes; /* what happened to the packet on its way here, see change() */
} forms[] = {
	{ "expired", 11, 0, 3, 0, 0, 0, NONE, 0 }, { "short", 11, 0, 3, 0, 0, 8, NONE, 0 },
	{ "mpls", 11, 0, 3, 0, 0, 0, MPLS, 0 }, { "mpls-stack", 11, 0, 3, 0, 0, 0, MPLS_STACK, 0 },
	{ "several", 11, 0, 3, 0, 0, 0, SEVERAL, 0 },
	{ "old-mpls", 11, 0, 3, 0, 0, 0, OLD_MPLS, 0 }, /* before RFC 4884: no length field */
	{ "net", 3, 0, 1, 0, 0, 0, NONE, 0 }, /* !N */
	{ "host", 3, 1, 1, 3, 0, 0, NONE, 0 }, /* !H */
	{ "prohibited", 3, 13, 1, 1, 0, 0, NONE, 0 }, /* !X */
	{ "bleached", 11, 0, 3, 0, 0, 0, NONE, 't' }, /* TOS cleared before */
	{ "tunnel", 11, 0, 3, 0, 0, 0, NONE, 'l' }, /* TTL of the quote is another one */
	{ "length", 11, 0, 3, 0, 0, 0, NONE, 's' }, /* IPv4 total length without the header, as old BSDs do */
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint16_t sum(const uint8_t *p, size_t n)
{
	uint32_t s = 0;

	for (size_t i = 0; i < n; i++)
		s += i % 2 ? p[i] : p[i] << 8;
	s = (s >> 16) + (s & 0xffff);
	return (uint16_t) ~(s + (s >> 16));
}

/* the checksum of n bytes, into two of them that are 0 */
static void put_sum(uint8_t *at, const uint8_t *p, size_t n)
{
	uint16_t s = sum(p, n);

	at[0] = s >> 8;
	at[1] = (uint8_t)s;
}

static size_t object(uint8_t *at, uint8_t class, uint8_t type, const uint8_t *data, size_t n)
{
	at[0] = 0;
	at[1] = (uint8_t)(4 + n);
	at[2] = class;
	at[3] = type;
	memcpy(at + 4, data, n);
	return 4 + n;
}

/* the extension structure of RFC 4884, with labels (RFC 4950) and an interface's name (RFC 5837) */
static size_t extension(enum extension what, uint8_t *at)
{
	static const uint8_t one[] = { 0x05, 0xdc, 0x11, 0x01 }; /* label 24001, S, TTL 1 */
	static const uint8_t two[] = { 0x05, 0xdc, 0x10, 0x01, 0x00, 0x06, 0x53, 0x02 }; /* 24001; 101, E 1, S, TTL 2 */
	static const uint8_t name[] = { 8, 'a', 'e', '-', '7', '.', '4', '2' };
	size_t n = 4;

	if (what == NONE)
		return 0;
	memset(at, 0, 4);
	at[0] = 0x20;
	if (what == MPLS_STACK)
		n += object(at + n, 1, 1, two, sizeof(two));
	else
		n += object(at + n, 1, 1, one, sizeof(one));
	if (what == SEVERAL)
		n += object(at + n, 2, 0x02, name, sizeof(name));
	put_sum(at + 2, at, n);
	return n;
}

static void change(uint8_t how, uint8_t *quote, int is4, size_t size)
{
	if (how == 't' && is4)
		quote[1] = 0;
	else if (how == 't')
		quote[0] = 0x60, quote[1] &= 0x0f;
	else if (how == 'l')
		quote[is4 ? 8 : 7] = 200;
	else if (how == 's' && is4)
		quote[2] = (uint8_t)((size - 20) >> 8), quote[3] = (uint8_t)(size - 20);
}

static void answer(int fd, const struct form *f, const uint8_t *packet, size_t size, int is4)
{
	static uint8_t message[8 + QUOTE_MAX + EXTENSION_MAX];
	uint8_t *quote = message + 8;
	size_t header = is4 ? 20 : 40, most = is4 ? 548 : QUOTE_MAX, n = size;
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };

	if (f->quote_l4 && n > header + f->quote_l4)
		n = header + f->quote_l4;
	if (f->extension)
		most = PADDED;
	if (n > most)
		n = most;
	memset(message, 0, sizeof(message));
	message[0] = is4 ? f->type4 : f->type6;
	message[1] = is4 ? f->code4 : f->code6;
	memcpy(quote, packet, n);
	change(f->changes, quote, is4, size);
	if (f->extension) {
		n = PADDED;
		if (f->extension != OLD_MPLS)
			message[is4 ? 5 : 4] = is4 ? PADDED / 4 : PADDED / 8;
		n += extension(f->extension, quote + n);
	}
	if (is4)
		put_sum(message + 2, message, 8 + n);
	memcpy(&to4.sin_addr, packet + 12, 4);
	memcpy(&to6.sin6_addr, packet + 8, 16);
	if (sendto(fd, message, 8 + n, 0, is4 ? (void *)&to4 : (void *)&to6, is4 ? sizeof(to4) : sizeof(to6)) < 0)
		perror("sendto");
}

int main(int argc, char **argv)
{
	struct sockaddr_ll from = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	const struct form *form = NULL;
	static uint8_t packet[65536];
	int in, out4, out6;

	for (size_t i = 0; argc == 3 && i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(argv[2], forms[i].name) == 0)
			form = &forms[i];
	if (!form)
		return 2;
	in = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
	out4 = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	out6 = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	from.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (in < 0 || out4 < 0 || out6 < 0 || !from.sll_ifindex || bind(in, (void *)&from, sizeof(from)))
		die(argv[1]);
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct sockaddr_ll who;
		socklen_t len = sizeof(who);
		ssize_t n = recvfrom(in, packet, sizeof(packet), 0, (void *)&who, &len);

		if (n < 40 && !(n >= 28 && packet[0] >> 4 == 4))
			continue;
		if (who.sll_pkttype != PACKET_HOST)
			continue;
		if (who.sll_protocol == htons(ETH_P_IP) && packet[8] == 1)
			answer(out4, form, packet, (size_t)n, 1);
		else if (who.sll_protocol == htons(ETH_P_IPV6) && packet[7] == 1)
			answer(out6, form, packet, (size_t)n, 0);
	}
}
