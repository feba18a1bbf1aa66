/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: probes and ICMP errors in, answers and return probes out.
 *
 * Pure: no I/O, no clock, no heap. Time is an argument, in ns, and never runs
 * backwards, except that a captured packet may have arrived a little before
 * the last call; memory is handed over once. Each call writes at most one packet
 * into *out (empty when the call starts) and leaves what happened in `event`,
 * already counted, valid until the next call.
 *
 * The engine dispatches; what a front end does with its packets is in its own
 * file (see state.h).
 */
#ifndef UTURN_ENGINE_ENGINE_H
#define UTURN_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/settings.h"
#include "engine/shard.h"
#include "engine/state.h"
#include "packet/bytes.h"

/* Room that *out needs for the largest packet that is turned: an MTU of jumbo frames. */
enum { ENGINE_PACKET_MAX = 9216 };

/* What becomes of a packet in the kernel's queue. */
enum act {
	ACT_PASS, /* back to the kernel, as if we were not there */
	ACT_TAKE, /* ours: answered, or refused in silence */
};

size_t engine_bytes(const struct engine_settings *settings);
/*
 * memory: engine_bytes(settings) of zeroes, aligned for any type, the engine's
 * until the end. secret: random, it keeps others from choosing our hashes. The
 * engine must not move after that.
 */
void engine_init(struct engine *e, const struct engine_settings *settings, void *memory, const uint64_t secret[2]);
/* From now on it is one of several; else it is alone. To be called before the first event. */
void engine_share(struct engine *e, struct shard shard);
/* From now on it tells its traces there: zeroes, borrowed until the end. To be called after engine_share(). */
void engine_keep_traces(struct engine *e, struct traces *traces);
/* New settings for what comes from now on; in_flight stays what it was. */
void engine_configure(struct engine *e, const struct engine_settings *settings);

/* Probers that are denied beside the settings' own; the spans are borrowed until the next call or the end. */
void engine_deny(struct engine *e, const struct prefix_set *denied);

/* Until then new probers, and new traces of TCP connections, are refused; 0: no longer. */
void engine_drain(struct engine *e, uint64_t until_ns);

enum act engine_on_probe(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);

/* The following return whether there was an event: a packet that concerns no front end, or another engine, is none. */

/* An ICMP error to this host. */
bool engine_on_error(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/* An echo reply, RST or SYN+ACK to this host, which may answer the probe of a request. */
bool engine_on_reply(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/* One or the other. */
bool engine_on_answer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/* One or the other, which a peer has captured; counted as PEER_MATCHED where its flight was here, or PEER_UNMATCHED. */
bool engine_on_peer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/* A segment of a TCP connection that passes this host, of which the beginning will do; is_ours: we send it. */
bool engine_on_segment(struct engine *e, struct span packet, bool is_ours, uint64_t now_ns);
/* What time alone brings: to be called again while it returns true. */
bool engine_on_time(struct engine *e, uint64_t now_ns, struct writer *out);

/* Is there anything that time alone could bring? */
bool engine_is_waiting(const struct engine *e);

#endif
