/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets made from a few bytes of the fuzzer's: probes, and what routers say
 * about what was sent. Addresses, ports and sequences are few, so that they
 * meet; every second choice leaves something wrong.
 */
#ifndef UTURN_FUZZ_SCENE_H
#define UTURN_FUZZ_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

enum { SCENE_PACKET = 12000 };

/* The fuzzer's bytes, zeroes when they are used up. */
struct feed {
	const uint8_t *at;
	size_t len;
};

static inline uint8_t feed_next(struct feed *f)
{
	if (!f->len)
		return 0;
	f->len--;
	return *f->at++;
}

/* 0 target, 1 prober, 2 router, 3 target's second address, 4 prober, 5 router, 6 and 7 nobody's */
void scene_address(uint8_t *at, bool is_four, uint8_t choice);
/* Of IPv6 all but the last two are in a network for documentation: where it may ask, by the first of c's prefixes. */
void scene_allow(struct config *c);

/* Each writes to packet[SCENE_PACKET] and returns the length. */
size_t scene_probe(struct feed *f, uint8_t *packet);
size_t scene_error(struct feed *f, uint8_t *packet, const uint8_t *sent, size_t sent_len);
size_t scene_any(struct feed *f, uint8_t *packet);

#endif
