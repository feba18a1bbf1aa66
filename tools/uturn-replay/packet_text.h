/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets as text and back; uturn-replay(1) defines the notation. Layers are
 * written from the outermost to the innermost, separated by '|':
 *
 *	ip4 10.1.1.10 > 203.0.113.80 ttl 5 id 0x09f0 | udp 51927 > 33446 | pattern 32
 *	ip4 10.2.1.2 > 203.0.113.80 | expired | ip4 203.0.113.80 > 10.1.1.10 ttl 1 | udp 7 > 9 | ext | mpls 24001 s 1 ttl 1
 *
 * Lengths and checksums are computed unless the text gives them. Nothing here
 * allocates or keeps state.
 */
#ifndef UTURN_REPLAY_PACKET_TEXT_H
#define UTURN_REPLAY_PACKET_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

enum { PACKET_TEXT_SIZE = 65536, PACKET_WHY_SIZE = 256 };

/* The secret from which `keyed` computes tags: that of every engine in tests. */
extern const uint64_t packet_text_secret[2];

/* Appends the packet to the empty *out; false with an error message in why where the text is not a packet. */
bool packet_read(const char *text, struct writer *out, char why[PACKET_WHY_SIZE]);

/*
 * The NUL-terminated text of which packet_read() makes exactly these bytes;
 * `hex ...` for what the layers cannot express. Truncated to size.
 */
void packet_write(struct span packet, char *text, size_t size);

#endif
