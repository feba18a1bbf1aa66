/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets as text that a reviewer can read, and back; uturn-replay(1) has the
 * notation. Layers stand from the outside in, parted by '|':
 *
 *	ip4 10.1.1.10 > 203.0.113.80 ttl 5 id 0x09f0 | udp 51927 > 33446 | pattern 32
 *	ip4 10.2.1.2 > 203.0.113.80 | expired | ip4 203.0.113.80 > 10.1.1.10 ttl 1 | udp 7 > 9 | ext | mpls 24001 s 1 ttl 1
 *
 * Lengths and checksums are computed unless the text names them. Nothing here
 * allocates or keeps state.
 */
#ifndef UTURN_REPLAY_PACKET_TEXT_H
#define UTURN_REPLAY_PACKET_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

enum { PACKET_TEXT_SIZE = 65536, PACKET_WHY_SIZE = 256 };

/* The secret of the engine whose labels `keyed` means: every engine's in tests. */
extern const uint64_t packet_text_secret[2];

/* Writes the packet into *out (empty); false with words in why where text is none. */
bool packet_read(const char *text, struct writer *out, char why[PACKET_WHY_SIZE]);

/*
 * The text that packet_read() makes exactly these bytes of, NUL-terminated;
 * `hex ...` for what the layers cannot express, cut where size is too small.
 */
void packet_write(struct span packet, char *text, size_t size);

#endif
