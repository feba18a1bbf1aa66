/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a TCP connection of this host stands, and what its segments look like,
 * learned from those that pass. Nothing is asked of the connection itself.
 *
 * What we sent is our kernel's word. What comes from outside may be forged: an
 * acknowledgement counts once it is exactly what we sent up to, which says
 * that nothing is out, and that every byte before it has arrived.
 */
#ifndef UTURN_ENGINE_POSITION_H
#define UTURN_ENGINE_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/tcp_segment.h"

struct position {
	bool has_segment; /* of ours: the fields below it are known */
	bool is_empty; /* the last one carried nothing: it may be a keepalive, one byte behind */
	uint8_t tos;
	uint16_t window;
	uint32_t rcv_nxt, flow_label;
	struct tcp_times times;

	bool has_snd_nxt, has_snd_una, has_first_una, has_start;
	uint32_t snd_nxt; /* behind the last byte that we sent */
	uint32_t snd_una; /* what the peer claims to have, last */
	uint32_t first_una; /* the first of these claims */
	uint32_t start; /* the first byte that we were seen to send */
	uint8_t peer_ttl; /* with which the peer's segments arrive; 0: none yet */
};

enum position_change { POSITION_OPEN, POSITION_CLOSED };

/* CLOSED: this segment ends the connection. */
enum position_change position_on_ours(struct position *p, const struct tcp_segment *s);
enum position_change position_on_peers(struct position *p, const struct tcp_segment *s);

/* The kernel's own word on what it has sent and what of it is acknowledged. */
void position_set(struct position *p, uint32_t snd_una, uint32_t snd_nxt);

/* Nothing is out, and snd_una is certain. */
bool position_is_quiet(const struct position *p);

/*
 * Bytes that have been sent and acknowledged since the first segment, at least,
 * where it is quiet. A forged claim makes them fewer, and never more.
 */
uint32_t position_sent_bytes(const struct position *p);

#endif
