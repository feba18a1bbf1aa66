/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probers (a v4 /32, a v6 /64) that have been heard of: their secrets, what
 * was learned of them, and their rate. Whether one may ask is policy.h's.
 *
 * The table is of fixed size, in memory handed over once. A newcomer takes the
 * place of the one with most credit among the few it collides with, which an
 * idle one's is anyway. Of an address the table keeps 63 bits of a keyed hash.
 * Entries are lent until the next call that may add one. Times are in ns and
 * only grow.
 */
#ifndef UTURN_ENGINE_PROBER_H
#define UTURN_ENGINE_PROBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/bucket.h"
#include "engine/shard.h"
#include "packet/addr.h"

struct prober {
	uint32_t nat_s; /* the second in which its NAT box was last seen */
	uint32_t router_s; /* and that of the router of router_ttl */
	uint32_t tag_key; /* what its tags are changed by, never 0 in its lower 16 bits */
	uint32_t last_rtt_us; /* of its last relay; 0: none yet */
	uint32_t unanswered_s, checked_s; /* when the first and the last of `checks` were sent */
	uint8_t family; /* of its addresses */
	uint8_t absorbs_from; /* arrival TTL from which its host takes UDP without an answer; 0: unknown */
	bool is_firewalled; /* a mirrored check was not answered: the next one has an option */
	uint8_t nat_ttl; /* arrival TTL at which its own address answered Time Exceeded: its NAT box; 0: none */
	uint8_t checks; /* reach checks since the last that its host answered */
	uint8_t router_ttl; /* highest arrival TTL at which a router answered with an address of its own, lately */
	uint16_t seen_s; /* lower bits of the second of its last probe; 0: there was none */
};

enum { PROBERS_WAYS = 4 };

/* One line of the cache finds a prober and its rate, half a line more is the prober. */
struct prober_set {
	uint64_t hash[PROBERS_WAYS]; /* of its network; 0: unused */
	struct bucket bucket[PROBERS_WAYS];
	struct prober prober[PROBERS_WAYS];
};

/* How many probers were last seen in one second; another process may read it. */
struct probers_second {
	uint32_t second, count;
};

enum { PROBERS_SECONDS = 64 };

struct probers {
	struct prober_set *sets;
	uint32_t set_mask; /* number of sets less one */
	uint64_t key[2];
	struct probers_second seen[PROBERS_SECONDS]; /* by second % PROBERS_SECONDS */
};

/* Sets of the table; policy.c's table of networks has as many. */
uint32_t probers_sets(uint32_t in_flight);
size_t probers_bytes(uint32_t in_flight);
/* memory: probers_bytes(in_flight) of zeroes, aligned for any type; key: random. */
void probers_init(struct probers *p, void *memory, uint32_t in_flight, const uint64_t key[2]);

/* What is known of a prober, or NULL. */
struct prober *probers_find(const struct probers *p, const struct addr *prober);
/* *bucket: its rate, lent as the entry is. */
struct prober *probers_find_or_add(struct probers *p, const struct addr *prober, struct bucket **bucket);

/* Notes that a probe of it was accepted. */
void probers_note(struct probers *p, struct prober *prober, uint64_t now_ns);
/* Was one accepted within the last so many seconds? Fewer than 65,535. */
bool prober_was_seen(const struct prober *prober, unsigned within_s, uint64_t now_ns);
/* Of how many were probes accepted within the last minute? Not of more than the table has known since. */
uint64_t probers_of_minute(const struct probers *p, uint64_t now_ns);

/* The entry of a prober that nothing was learned of. */
struct prober prober_make(const uint64_t key[2], const struct addr *prober);

/*
 * The tag (IPv4 id, IPv6 flow label) that a return probe leaves with, made of
 * the probe's own. An off-path attacker cannot know it, though routers have to
 * quote it. Tags that differ in what the shard leaves of them stay different,
 * but for one in 65,536, and none is 0, for which the kernel would choose
 * another id.
 */
uint32_t prober_tag(const struct prober *prober, struct shard shard, uint32_t tag);
/* The sequence number of what answers this prober's SYN; those that differ stay different. key: as in probers_init(). */
uint32_t prober_sequence(const uint64_t key[2], const struct addr *prober, uint32_t sequence);

/* A router has answered its return probe. */
void prober_learn_rtt(struct prober *prober, uint64_t rtt_ns);
/* Its host has answered the reach check of a probe that arrived with this TTL. */
void prober_learn_absorbs(struct prober *prober, uint8_t ttl, bool check_has_option);
/* Its NAT box has answered the return probe of a probe that arrived with this TTL. */
void prober_learn_nat(struct prober *prober, uint8_t ttl, uint64_t now_ns);

/* A router with another address has: what is behind a NAT box has the box's, so there is none before it. */
void prober_learn_router(struct prober *prober, uint8_t ttl, uint64_t now_ns);

/*
 * Of a prober that answers no reach check the source may be forged: after so
 * many it gets none for a while, then a few. Silent routers cost checks, too:
 * with three queries a hop there may be eight of them in front of a prober.
 */
enum { PROBER_CHECKS = 24, PROBER_CHECKS_AGAIN = 3, PROBER_PAUSE_S = 30 };
bool prober_may_check(const struct prober *prober, uint64_t now_ns);
void prober_count_check(struct prober *prober, uint64_t now_ns);
/* One expired on its way. */
void prober_forget_check(struct prober *prober);

/*
 * Has a NAT box lately shown itself nearer to us than what a probe with this
 * arrival TTL causes, and no router beyond it?
 */
bool prober_is_behind_nat(const struct prober *prober, uint8_t ttl, uint64_t now_ns);

#endif
