/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packet/build.h"

#include "packet/ip.h"
#include "packet/neutral.h"
#include "packet/option_check.h"

bool option_check_fits(struct span original)
{
	return load_u16(original.at + IP_LENGTH6) >= OPTION_HEADER_SIZE + UDP_SIZE;
}

/* Mirrored, then its ports swapped back, which keeps the checksum valid. */
void build_option_check(struct span original, size_t extensions, const struct departure *d, struct writer *out)
{
	uint8_t mirrored[HEADER_SIZE6 + UDP_SIZE + NEUTRAL_CHECK];
	struct writer w = writer_of(mirrored, sizeof(mirrored));
	const uint8_t *udp = mirrored + HEADER_SIZE6;
	size_t most = load_u16(original.at + IP_LENGTH6) - (size_t)(OPTION_HEADER_SIZE + UDP_SIZE), size;

	build_check(original, extensions, most < NEUTRAL_CHECK ? most : NEUTRAL_CHECK, d, &w);
	size = w.len - HEADER_SIZE6;
	store_u16(mirrored + IP_LENGTH6, (uint16_t)(OPTION_HEADER_SIZE + size));
	mirrored[IP_PROTOCOL6] = PROTOCOL_DESTINATION;
	writer_put(out, span_of(mirrored, HEADER_SIZE6));
	writer_put(out, span_of(option_header, OPTION_HEADER_SIZE));
	writer_put(out, span_of(udp + 2, 2));
	writer_put(out, span_of(udp, 2));
	writer_put(out, span_of(udp + 4, size - 4));
}
