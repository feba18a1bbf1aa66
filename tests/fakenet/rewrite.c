/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/rewrite.h"

#include <string.h>

#include "packet/checksum.h"
#include "packet/ip.h"

static uint8_t family_of(const uint8_t *packet)
{
	return packet[0] >> 4;
}

static size_t header_of(struct bytes p)
{
	return family_of(p.at) == 4 ? (size_t)(p.at[0] & 0x0f) * 4 : HEADER_SIZE6;
}

static uint8_t protocol_of(struct bytes p)
{
	return p.at[family_of(p.at) == 4 ? IP_PROTOCOL4 : IP_PROTOCOL6];
}

/* A word of the IPv4 header. */
static void replace4(struct bytes p, size_t at, uint16_t word)
{
	const uint16_t sum = checksum_replace(load_u16(p.at + IP_CHECKSUM4), load_u16(p.at + at), word);

	store_u16(p.at + IP_CHECKSUM4, sum);
	store_u16(p.at + at, word);
}

uint8_t packet_ttl(const uint8_t *packet)
{
	return packet[family_of(packet) == 4 ? IP_TTL4 : IP_TTL6];
}

void rewrite_ttl(struct bytes packet, uint8_t ttl)
{
	if (family_of(packet.at) == 4)
		replace4(packet, IP_TTL4, (uint16_t)(ttl << 8 | packet.at[IP_PROTOCOL4]));
	else
		packet.at[IP_TTL6] = ttl;
}

void rewrite_tos(struct bytes packet, uint8_t mask, uint8_t tos)
{
	uint32_t first;

	if (family_of(packet.at) == 4) {
		tos = (uint8_t)((packet.at[1] & ~mask) | (tos & mask));
		replace4(packet, 0, (uint16_t)(packet.at[0] << 8 | tos));
		return;
	}
	first = load_u32(packet.at);
	store_u32(packet.at, (first & ~((uint32_t)mask << 20)) | (uint32_t)(tos & mask) << 20);
}

void rewrite_label(struct bytes packet, uint32_t label)
{
	if (family_of(packet.at) == 6)
		store_u32(packet.at, (load_u32(packet.at) & ~(uint32_t)IP_FLOW_LABEL) | label);
}

void rewrite_mss(struct bytes packet, uint16_t mss)
{
	enum { FLAGS = 13, SYN = 2, CHECKSUM = 16, OPTION = 20, MSS = 2 };
	uint8_t *l4 = packet.at + header_of(packet);

	if (protocol_of(packet) != PROTOCOL_TCP || packet.len < header_of(packet) + OPTION + 4 || !(l4[FLAGS] & SYN) ||
		l4[OPTION] != MSS || load_u16(l4 + OPTION + 2) <= mss)
		return;
	store_u16(l4 + CHECKSUM, checksum_replace(load_u16(l4 + CHECKSUM), load_u16(l4 + OPTION + 2), mss));
	store_u16(l4 + OPTION + 2, mss);
}

/* Where the port is behind the IP header, and the checksum; false: neither is there. */
static bool find_port(struct bytes p, size_t *port, size_t *sum)
{
	const uint8_t protocol = protocol_of(p);

	*port = protocol == PROTOCOL_UDP || protocol == PROTOCOL_TCP ? 0 : 4;
	*sum = protocol == PROTOCOL_UDP ? 6 : protocol == PROTOCOL_TCP ? 16 : 2;
	return p.len >= header_of(p) + 8;
}

uint16_t packet_port(struct bytes packet)
{
	size_t port, sum;

	return find_port(packet, &port, &sum) ? load_u16(packet.at + header_of(packet) + port) : 0;
}

/* What stands at `at` for size bytes becomes these, and the checksum at `sum` (NULL: none) with it. */
static void replace(uint8_t *at, const uint8_t *bytes, size_t size, uint8_t *sum)
{
	for (size_t i = 0; i < size; i += 2) {
		if (sum)
			store_u16(sum, checksum_replace(load_u16(sum), load_u16(at + i), load_u16(bytes + i)));
		memcpy(at + i, bytes + i, 2);
	}
}

void rewrite_source(struct bytes packet, const struct addr *from, uint16_t port, bool has_sum)
{
	const size_t header = header_of(packet);
	const bool is_four = family_of(packet.at) == 4;
	uint8_t *l4 = packet.at + header, *sum = NULL, port_bytes[2];
	size_t port_at, sum_at;
	const bool has_port = find_port(packet, &port_at, &sum_at);
	const bool is_echo = port_at == 4;

	if (has_sum && packet.len >= header + sum_at + 2)
		sum = l4 + sum_at;
	if (sum && protocol_of(packet) == PROTOCOL_UDP && !load_u16(sum))
		sum = NULL; /* RFC 768: not computed */
	/* the ICMP checksum of IPv4 has no addresses in it */
	replace(packet.at + (is_four ? IP_FROM4 : IP_FROM6), from->bytes, addr_size(from),
		is_echo && is_four ? NULL : sum);
	store_u16(port_bytes, port);
	if (has_port)
		replace(l4 + port_at, port_bytes, 2, sum);
	if (is_four)
		ip_sum4(packet.at);
}
