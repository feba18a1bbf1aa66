/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may ask, and how often: allow and deny prefixes, a rate for each prober
 * (a v4 /32, a v6 /64) and one for all together. Also keeps what we learned of
 * a prober: how long its last answer took.
 *
 * The table of probers is of fixed size; a new prober takes the place of one
 * that has been idle longest among the few it collides with, and an idle
 * prober's bucket is full anyway. Times are in ns and only grow.
 */
#ifndef UTURN_ENGINE_POLICY_H
#define UTURN_ENGINE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "packet/addr.h"
#include "packet/reason.h"

/*
 * A rate limit as the time at which the bucket would be full again (generic
 * cell rate algorithm): a second's worth may come at once.
 */
struct bucket {
	uint64_t full_ns;
};

struct prober {
	struct addr network; /* family 0: unused */
	struct bucket bucket;
	uint32_t label_key; /* what its labels are changed by, never 0 in its lower 16 bits */
	uint32_t sequence_key; /* and its sequence numbers */
	uint32_t last_rtt_us; /* of its last relay; 0: none yet */
	uint8_t absorbs_from; /* arrival TTL from which its host takes UDP without a word; 0: not known to */
	bool is_firewalled; /* a mirrored check was not answered by anybody: the next one has an option */
	uint8_t nat_ttl; /* arrival TTL at which its own address answered Time Exceeded: its NAT box; 0: none */
	uint64_t nat_ns; /* when that was */
};

struct policy {
	const struct config *config;
	struct prober *probers;
	uint32_t set_mask;
	struct bucket total;
	uint64_t key[2];
};

size_t policy_bytes(uint32_t in_flight);
/* memory: policy_bytes(in_flight) of zeroes; config is borrowed for good and may change between calls. */
void policy_init(struct policy *p, void *memory, uint32_t in_flight, const struct config *config,
	const uint64_t key[2]);

/* May this prober have one more answer now? *entry is lent until the next call. */
enum reason policy_check(struct policy *p, const struct addr *prober, uint64_t now_ns, struct prober **entry);

/* What is known of a prober, or NULL; lent until the next call. */
struct prober *policy_find(struct policy *p, const struct addr *prober);

/*
 * The label (IPv4 id, IPv6 flow label) that a return probe leaves with: of the
 * prober's own what nobody can tell who has not seen one, though routers have
 * to quote it. Labels that differ stay different, but for one in 65,536, and
 * none is 0, for which the kernel would choose another id.
 */
uint32_t policy_label(const struct prober *entry, uint32_t label);

/* An entry as it is new. */
struct prober policy_prober(const uint64_t key[2], const struct addr *prober);

#endif
