/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/ip.h"
#include "packet/neutral.h"
#include "packet/option_check.h"

/* Mirrored, then its ports swapped back, which keeps the checksum valid. */
void build_option_check(struct span original, size_t extensions, const struct departure *d, struct writer *out)
{
	enum { SIZE = UDP_SIZE + NEUTRAL_LEAST };
	uint8_t mirrored[HEADER_SIZE6 + SIZE];
	struct writer w = writer_of(mirrored, sizeof(mirrored));
	const uint8_t *udp = mirrored + HEADER_SIZE6;

	build_check(original, extensions, d, &w);
	store_u16(mirrored + IP_LENGTH6, OPTION_HEADER_SIZE + SIZE);
	mirrored[IP_PROTOCOL6] = PROTOCOL_DESTINATION;
	writer_put(out, span_of(mirrored, HEADER_SIZE6));
	writer_put(out, span_of(option_header, OPTION_HEADER_SIZE));
	writer_put(out, span_of(udp + 2, 2));
	writer_put(out, span_of(udp, 2));
	writer_put(out, span_of(udp + 4, SIZE - 4));
}
