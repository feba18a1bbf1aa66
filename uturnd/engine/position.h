/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a TCP connection of this host, in the variables of RFC 9293
 * 3.3.1, and what its segments look like, learned from captured segments.
 *
 * Our own segments are trusted, and so is the kernel. The peer's may be forged:
 * an acknowledgement counts if it equals snd_nxt, which means that nothing is
 * outstanding, or what snd_nxt was when the kernel was asked. What has counted
 * stays true, whatever is sent later.
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

	bool has_acked, is_told; /* told: by the kernel */
	uint32_t acked; /* every byte before it has arrived for certain */
	uint32_t told_nxt; /* snd_nxt as the kernel said */
};

/* What the kernel says about the connection. */
struct position_told {
	uint32_t snd_una, snd_nxt;
	uint8_t peer_ttl; /* 0: unknown */
};

enum position_change { POSITION_OPEN, POSITION_CLOSED };

/* CLOSED: this segment ends the connection. */
enum position_change position_on_ours(struct position *p, const struct tcp_segment *s);
enum position_change position_on_peers(struct position *p, const struct tcp_segment *s);

void position_set(struct position *p, const struct position_told *told);

/* There is a segment to imitate, and `acked` is known. */
bool position_is_known(const struct position *p);

/*
 * Bytes that have been sent and acknowledged for certain since the first
 * segment, at least. A forged acknowledgement makes them fewer, and never more.
 */
uint32_t position_sent_bytes(const struct position *p);

#endif
