/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/checksum.h"

static uint64_t add(uint64_t sum, struct span s)
{
	size_t i;

	for (i = 0; i + 4 <= s.len; i += 4)
		sum += load_u32(s.at + i);
	if (i + 2 <= s.len) {
		sum += load_u16(s.at + i);
		i += 2;
	}
	if (i < s.len)
		sum += (uint64_t)s.at[i] << 8; /* RFC 1071: pad an odd byte with zero */
	return sum;
}

static uint16_t fold(uint64_t sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

uint16_t checksum(struct span s)
{
	return fold(add(0, s));
}

uint16_t checksum_pseudo(const struct addr *from, const struct addr *to, uint8_t protocol, struct span s)
{
	uint64_t sum = protocol + s.len;

	sum = add(sum, span_of(from->bytes, addr_size(from)));
	sum = add(sum, span_of(to->bytes, addr_size(to)));
	return fold(add(sum, s));
}

uint16_t checksum_replace(uint16_t sum, uint16_t was, uint16_t now)
{
	return fold((uint64_t)(uint16_t)~sum + (uint16_t)~was + now);
}
