/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is this packet one that a host would take? Lengths and checksums, byte by
 * byte, as slow as plain, and without a line of uturnd's own.
 */
#ifndef UTURN_TESTS_SOUND_H
#define UTURN_TESTS_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline unsigned be16(const uint8_t *at)
{
	return at[0] * 256u + at[1];
}

static inline uint32_t be32(const uint8_t *at)
{
	return be16(at) * 65536u + be16(at + 2);
}

/* The Internet checksum of RFC 1071, from `start` on. */
static inline uint16_t plain_sum(uint32_t start, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		start += be16(at + i);
		start = (start & 0xffff) + (start >> 16);
	}
	if (len % 2)
		start += at[len - 1] * 256u;
	start = (start & 0xffff) + (start >> 16);
	return (uint16_t)~start;
}

/* 0 where the checksum of the segment at this offset is right. */
static inline uint16_t segment_sum(const uint8_t *packet, size_t at, uint8_t protocol, size_t len)
{
	bool is_four = packet[0] / 16 == 4;
	uint32_t start;

	if (protocol == 1)
		return plain_sum(0, packet + at, len);
	start = (uint16_t)~plain_sum(protocol + (uint32_t)len, packet + (is_four ? 12 : 8), is_four ? 8 : 32);
	return plain_sum(start, packet + at, len);
}

/* One whole IP packet without options, nothing behind it, every length and checksum that we know right. */
static inline bool is_sound(const uint8_t *at, size_t len)
{
	bool is_four = len >= 20 && at[0] == 0x45;
	size_t header = is_four ? 20 : 40, segment;
	uint8_t protocol;

	if (is_four ? be16(at + 2) != len || plain_sum(0, at, 20)
		    : len < 40 || at[0] / 16 != 6 || be16(at + 4) + 40 != len)
		return false;
	protocol = is_four ? at[9] : at[6];
	segment = len - header;
	if (protocol != 17 && protocol != 6 && protocol != (is_four ? 1 : 58))
		return true;
	if (protocol != 17)
		return segment_sum(at, header, protocol, segment) == 0;
	if (segment < 8 || be16(at + header + 4) < 8 || be16(at + header + 4) > segment)
		return false;
	if (be16(at + header + 6) == 0)
		return is_four;
	return segment_sum(at, header, protocol, be16(at + header + 4)) == 0;
}

#endif
