/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a trace as bytes, the same in both kinds of database and on any
 * host: numbers are big-endian, or LEB128 where they are mostly small.
 */
#ifndef UTURN_HISTORY_KEPT_BYTES_H
#define UTURN_HISTORY_KEPT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept.h"

enum {
	KEPT_ADDR_BYTES = 17, /* the family, and 4 or 16 bytes: prefixes of one family are in order */
	KEPT_NUMBER_BYTES = 10,
	KEPT_PATH_BYTES = KEPT_HOPS * 2 + KEPT_ROUTERS * KEPT_NUMBER_BYTES,
	KEPT_RTTS_BYTES = KEPT_ROUTERS * 2,
	KEPT_FLOWS_BYTES = 8 + KEPT_FLOWS * (KEPT_NUMBER_BYTES + KEPT_HOPS * 2),
};

size_t kept_addr_bytes(const struct addr *a, uint8_t bytes[KEPT_ADDR_BYTES]);
bool kept_addr_of(const void *bytes, size_t len, struct addr *a);

/*
 * A path is for each hop how many routers it has, and their numbers in the
 * store; a round-trip time is 2 bytes: 11 bits at a scale of 5, which is right to 0.05 %.
 */
size_t kept_path_bytes(const struct kept *k, const int64_t *ids, uint8_t bytes[KEPT_PATH_BYTES]);
size_t kept_rtts_bytes(const struct kept *k, uint8_t bytes[KEPT_RTTS_BYTES]);
uint32_t kept_rtt_of(const uint8_t *bytes);

/* Reads what kept_path_bytes() wrote; false where that is damaged. */
struct kept_path {
	uint8_t hops;
	uint16_t first[KEPT_HOPS + 1]; /* as in struct kept */
	int64_t ids[KEPT_ROUTERS];
};
bool kept_path_of(const void *bytes, size_t len, struct kept_path *p);

/* Which router each flow met; 0 where there are none. */
size_t kept_flows_bytes(const struct kept *k, uint8_t bytes[KEPT_FLOWS_BYTES]);
/* Fills met, flows and flow_count of k, whose hops are there; false: damaged, or no memory. */
bool kept_flows_of(struct kept *k, const void *bytes, size_t len);

/*
 * Two hashes of 64 bits, little endian on each host, for a database that several write to: what has
 * the same is taken for the same. key: secret where a stranger chooses the bytes.
 */
struct kept_hash {
	uint64_t words[2];
};
struct kept_hash kept_hash(const uint64_t key[2], const void *bytes, size_t len);

#endif
