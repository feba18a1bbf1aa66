/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/sound.h"

void broken(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: broken: %s\n", file, line, condition);
	abort();
}

/* The structure behind the quote where the length field says, or at 128. */
static void repair_extension(uint8_t *message, size_t len, bool is_four)
{
	size_t quote = is_four ? message[5] * 4u : message[4] * 8u;
	size_t start = 8 + (quote ? quote : 128);

	if (start + 4 > len)
		return;
	set16(message + start + 2, 0);
	set16(message + start + 2, plain_sum(0, message + start, len - start));
}

static void repair_segment(uint8_t *packet, size_t header, uint8_t protocol, size_t len)
{
	uint8_t *segment = packet + header;
	size_t at;

	if (protocol == 17 && len >= 8) {
		set16(segment + 4, len);
		at = 6;
	} else if (protocol == 6 && len >= 20) {
		at = 16;
	} else if ((protocol == 1 || protocol == 58) && len >= 8) {
		repair_extension(segment, len, protocol == 1);
		at = 2;
	} else {
		return;
	}
	set16(segment + at, 0);
	set16(segment + at, segment_sum(packet, header, protocol, len));
}

/* Behind the extension headers that a probe may have. */
static void repair6(uint8_t *packet, size_t len)
{
	uint8_t protocol = packet[6];
	size_t at = 40;

	while (protocol == 0 || protocol == 60 || protocol == 44) {
		size_t size = at + 8 > len ? len : protocol == 44 ? 8 : packet[at + 1] * 8u + 8;

		if (size > len - at)
			return;
		protocol = packet[at];
		at += size;
	}
	repair_segment(packet, at, protocol, len - at);
}

void repair(uint8_t *packet, size_t len)
{
	if (len > 65535)
		return;
	if (len >= 20 && packet[0] == 0x45) {
		set16(packet + 2, len);
		repair_segment(packet, 20, packet[9], len - 20);
		set16(packet + 10, 0);
		set16(packet + 10, plain_sum(0, packet, 20));
	} else if (len >= 40 && packet[0] / 16 == 6) {
		set16(packet + 4, len - 40);
		repair6(packet, len);
	}
}
