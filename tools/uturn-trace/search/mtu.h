/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How large a packet may be: on which links of one path, one way, the MTU falls.
 *
 * Packets that may not be fragmented go to the last hop, as large as the first
 * link takes. A router that says Fragmentation Needed names the next size (RFC
 * 1191, 8201). A size that vanishes while a small packet is answered is a black
 * hole: by bisection first the link, then the size. What is not answered is
 * asked again beside a small packet, three times in all before it counts as
 * vanished, so that neither loss nor a limit of answers looks like a black hole.
 *
 * Pure: no packets, clock or heap. Like search.h: times are the caller's, in ns.
 */
#ifndef UTURN_TRACE_SEARCH_MTU_H
#define UTURN_TRACE_SEARCH_MTU_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"
#include "search.h"

enum {
	MTU_FALLS = 16,
	MTU_PROBES = 240, /* of one direction, at most */
};

struct mtu_settings {
	uint16_t first; /* bytes that the first link takes */
	uint16_t least; /* of the small packet; every link takes it */
	uint16_t least_last; /* the same where the last hop is asked */
	uint64_t answering; /* bit h - 1: hop h is known to answer; the highest is the last */
	uint64_t wait_ns; /* for an answer */
	uint8_t family;
};

/* Behind this hop packets may be so large. */
struct mtu_fall {
	uint8_t hop; /* 0: in front of the first hop; MTU_HOP_UNKNOWN */
	uint16_t mtu;
	bool is_black_hole; /* else its router has said so */
	struct addr from; /* that router; family 0: a black hole */
};

enum { MTU_HOP_UNKNOWN = 0xff };

struct mtu_probe {
	uint32_t reference;
	uint8_t hop;
	uint16_t size; /* bytes of the IP packet */
};

/* One size at one hop, as often as it takes. */
struct mtu_trial {
	uint8_t hop, strikes, strikes_wanted, misses;
	uint16_t size;
	bool has_pair; /* the small packet goes with it */
	uint8_t sent; /* of this round: the large one, and the small one */
	bool is_small_answered;
	uint32_t first; /* reference */
	uint64_t until_ns; /* the end of the round, or of a rest */
	uint8_t result; /* 0: not known yet */
};

struct mtu {
	struct mtu_settings settings;
	/* what is known */
	uint16_t size; /* takes the path as far as `hop` */
	uint8_t hop; /* 0: nothing is known */
	uint8_t fall_count;
	struct mtu_fall falls[MTU_FALLS]; /* in the order in which they were found */

	/* the rest is for mtu.c */
	uint8_t stage, low, high, restarts;
	bool is_cut_off;
	uint16_t passes, vanishes; /* sizes, of the bisection */
	struct mtu_fall fall; /* what is bisected */
	uint64_t answering;
	uint32_t references;
	struct mtu_trial trial;
};

void mtu_init(struct mtu *m, const struct mtu_settings *settings);

/* A probe counts as sent at now_ns. SEARCH_WAIT sets *until_ns. */
enum search_step mtu_next(struct mtu *m, uint64_t now_ns, struct mtu_probe *p, uint64_t *until_ns);
/* It is not done, or what is behind m->hop could not be found. */
bool mtu_is_cut_off(const struct mtu *m);
/* The system refused to send the last one for now. */
void mtu_on_refusal(struct mtu *m);

/* The hop that was asked has answered: the packet has come so far. */
void mtu_on_arrival(struct mtu *m, uint32_t reference);
/*
 * It was too large for the link behind this router, which takes `mtu` as it says;
 * 0: it does not say. What cannot be is ignored: less than every link takes, or
 * not less than was sent. hop: that of the router, or MTU_HOP_UNKNOWN.
 */
void mtu_on_too_big(struct mtu *m, uint32_t reference, const struct addr *from, uint8_t hop, uint32_t mtu);

#endif
