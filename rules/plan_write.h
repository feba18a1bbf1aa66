/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules as text: what uturn-rules puts into the raw, the nat and the mangle table.
 *
 * Pure: the same plan gives the same text on every system. The text is in the
 * canonical form of iptables-save, chains in its order, so that it can be
 * compared with the loaded rules line by line.
 *
 * The chains that a packet passes, first to last:
 *
 *	INPUT           one TTL match; ordinary traffic goes on from here
 *	UTURN           not from a source in a set that others fill (UTURN-denied counts those); what may
 *	                be a probe at all: to an address of ours, not from a neighbour
 *	UTURN-udp, UTURN-tcp        ports and flags; not a SYN of a connection
 *	UTURN-socket    UDP: no datagram for a socket; of the usual ports at once
 *	UTURN-seen, UTURN-fromNNN   to the group of the TTL (plan_group_end()); UTURN-socket does it itself
 *	UTURN-seenNNN   TTL above arm: was this source seen with a TTL near that?
 *	UTURN-ttlNNN    limits per source and for all busy networks, remember the source in the list of its block of TTLs
 *	UTURN-hopNNN    count the hop, queue the packet
 *
 * and of a request of reverse traceroute, whatever its TTL:
 *
 *	INPUT           an echo request with code 1
 *	UTURN-request   as UTURN
 *	UTURN-asked     limits, queue the packet
 *
 * before that, of a probe that is the first packet of a connection, where connections are tracked, in the nat table:
 *
 *	PREROUTING      as INPUT, then the same chains as far as
 *	UTURN-seenNNN   leave the packet as it is where mangle goes to UTURN-ttlNNN: rules of others do not translate it
 *
 * A rule costs some 20 ns, and a match 10 to 80 (tests/bench/matches), so the rules on the way of a probe are few.
 *
 * and of all that uturnd sends, in the raw table:
 *
 *	OUTPUT          one match of its mark
 *	UTURN-notrack   keep the packet out of connection tracking
 */
#ifndef UTURN_RULES_PLAN_WRITE_H
#define UTURN_RULES_PLAN_WRITE_H

#include <stdbool.h>
#include <stdio.h>

struct plan;

/* Writes *raw, *nat and *mangle, each up to its COMMIT, for one family (4 or 6), in each the jumps in front of the chains. */
void plan_write(const struct plan *p, int family, FILE *out);

/* Is there a set of this family, or one whose family is not known? */
bool plan_denies(const struct plan *p, int family);

#endif
