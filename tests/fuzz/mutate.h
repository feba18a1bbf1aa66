/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutations that know a packet's structure: what a parser looks at first is
 * put right most of the time, so that what follows is looked at as well.
 */
#ifndef UTURN_FUZZ_MUTATE_H
#define UTURN_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

enum shape { SHAPE_PROBE, SHAPE_ERROR };

/*
 * LLVMFuzzerMutate; then three times of four what follows the first `skipped`
 * bytes gets the headers of such a packet, one of which may stay wrong, and
 * lengths and checksums.
 */
size_t mutate_packet(uint8_t *data, size_t size, size_t max_size, unsigned seed, size_t skipped, enum shape shape);

/* Events of a sequence that belong together, which random bytes rarely make. */
struct phrase {
	const char *bytes;
	size_t len;
};

struct phrases {
	const struct phrase *at;
	size_t count;
	size_t head; /* bytes before the first event */
	size_t most; /* a sequence has no more bytes than it is long */
};

size_t mutate_sequence(uint8_t *data, size_t size, size_t max_size, unsigned seed, const struct phrases *known);

#endif
