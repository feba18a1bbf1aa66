/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a TCP connection of this host, in the variables of RFC 9293
 * 3.3.1, and what its segments look like, learned from captured segments.
 *
 * Our own segments are trusted. The peer's may be forged: an acknowledgement
 * counts once it equals snd_nxt, which means that nothing is outstanding, and
 * that every byte before it has arrived.
 */
#ifndef UTURN_ENGINE_POSITION_H
#define UTURN_ENGINE_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/tcp_segment.h"

struct position {
	bool has_segment; /* of ours: the fields below it are known */
	bool is_empty; /* the last one had no payload: it may be a keepalive, one byte behind */
	uint8_t tos;
	uint16_t window;
	uint32_t rcv_nxt, flow_label;
	struct tcp_times times;

	bool has_snd_nxt, has_snd_una, has_first_una, has_start;
	uint32_t snd_nxt; /* behind the last byte sent */
	uint32_t snd_una; /* the last acknowledgement of the peer */
	uint32_t first_una; /* the first one */
	uint32_t start; /* the first byte that was seen to be sent */
	uint8_t peer_ttl; /* that the peer's segments arrive with; 0: none yet */
};

enum position_change { POSITION_OPEN, POSITION_CLOSED };

/* CLOSED: this segment ends the connection. */
enum position_change position_on_ours(struct position *p, const struct tcp_segment *s);
enum position_change position_on_peers(struct position *p, const struct tcp_segment *s);

/* What the kernel says about the connection. */
void position_set(struct position *p, uint32_t snd_una, uint32_t snd_nxt);

/* Nothing is outstanding, and snd_una is certain. */
bool position_is_quiet(const struct position *p);

/*
 * Bytes that have been sent and acknowledged since the first segment, at least,
 * where it is quiet. A forged acknowledgement makes them fewer, and never more.
 */
uint32_t position_sent_bytes(const struct position *p);

#endif
