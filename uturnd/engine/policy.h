/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may ask, and how often: allow and deny prefixes, a rate for each prober
 * (a v4 /32, a v6 /64), for each network (/24, /48) and for all together. Also
 * keeps what we learned of a prober: how long its last answer took.
 *
 * Where all together want more than there is, the more a network has had in the
 * last minutes, the less of the total is open to it, down to one half: so who
 * asks least is served first, a flood from many networks leaves room for those
 * that ask less than each of them, and what it is left with is shared alike. A
 * network nobody has heard of before is not the first: so many that are seen
 * once do not crowd out those that go on (uturnd.conf(5), LIMITS).
 *
 * The tables are of fixed size; a newcomer takes the place of the one with most
 * credit among the few it collides with, which an idle one's is anyway. Of an
 * address they keep 63 bits of a hash that nobody can foresee. Times are in ns
 * and only grow.
 */
#ifndef UTURN_ENGINE_POLICY_H
#define UTURN_ENGINE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "engine/bucket.h"
#include "engine/shard.h"
#include "packet/addr.h"
#include "packet/reason.h"

struct prober {
	uint64_t tag; /* stands for its network; 0: unused */
	struct bucket bucket;
	uint64_t nat_ns; /* when its NAT box was last seen */
	uint32_t tag_key; /* what its tags are changed by, never 0 in its lower 16 bits */
	uint32_t sequence_key; /* and its sequence numbers */
	uint32_t last_rtt_us; /* of its last relay; 0: none yet */
	uint8_t family; /* of its addresses */
	uint8_t absorbs_from; /* arrival TTL from which its host takes UDP without a word; 0: not known to */
	bool is_firewalled; /* a mirrored check was not answered by anybody: the next one has an option */
	uint8_t nat_ttl; /* arrival TTL at which its own address answered Time Exceeded: its NAT box; 0: none */
};

struct network {
	uint64_t tag; /* stands for it; 0: unused */
	struct bucket bucket;
	uint32_t had, had_tick; /* 256ths of a probe, half of which are forgotten in 137 s; and when that was so */
};

/* In probes: to who had so many three quarters of the total are open; and as how many the first of a new one counts. */
enum { POLICY_HALF_WAY = 1024, POLICY_NEW = 4096 };

struct policy {
	const struct config *config;
	struct prober *probers;
	struct network *networks;
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

/* The target's address, or one that the configuration says is ours as well: nobody else speaks from it. */
bool policy_is_ours(const struct config *c, const struct addr *a, const struct addr *target);

/* What is known of a prober, or NULL; lent until the next call. */
struct prober *policy_find(struct policy *p, const struct addr *prober);

/*
 * The tag (IPv4 id, IPv6 flow label) that a return probe leaves with: of the
 * prober's own what nobody can tell who has not seen one, though routers have
 * to quote it. Labels that differ in what the shard leaves of them stay
 * different, but for one in 65,536, and none is 0, for which the kernel would
 * choose another id.
 */
uint32_t policy_tag(const struct prober *entry, struct shard shard, uint32_t tag);

/* An entry as it is new. */
struct prober policy_prober(const uint64_t key[2], const struct addr *prober);

#endif
