/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules as one table of nftables, inet uturn, in which nothing is but ours.
 *
 * Pure, as plan_write.h, and of the same meaning. A line is a rule, a member of an object, or begins or ends one.
 *
 * The chains of each family F, ipv4 or ipv6, that a packet passes, first to last:
 *
 *	input           one TTL match; ordinary traffic goes on from here
 *	F               what may be a probe at all, but for sources in the sets F_denied and F_NAME of --deny-set
 *	F_udp, F_tcp, F_syn, F_ack, F_socket, F_icmp    ports, flags and sockets
 *	F_seen, F_seenN TTL above arm: is the source in one of the sets F_hopN?
 *	F_ttl, F_ttl_total, F_ttl_busy                  the limits
 *	F_hops, F_hopsN put the source into the set of its block of TTLs
 *	F_queue         count the hop, queue the packet
 *
 * F_request and its limits are for requests of reverse traceroute, `sent` for what uturnd sends.
 * `reassembly` is never reached: its statement has the kernel reassemble IPv6 before input.
 */
#ifndef UTURN_RULES_NFT_PLAN_H
#define UTURN_RULES_NFT_PLAN_H

#include <stdbool.h>
#include <stdio.h>

struct plan;

struct nft_plan {
	const struct plan *plan;
	bool has4, has6; /* the families to write */
	bool drops; /* instead of queueing: for tests on kernels without nft_queue */
};

#define NFT_REASSEMBLY "reassembly" /* the name of a chain */

void nft_plan_write(const struct nft_plan *n, FILE *out);

/* The chain `sent` alone; the plan may be NULL. */
void nft_plan_write_sent(const struct nft_plan *n, FILE *out);

#endif
