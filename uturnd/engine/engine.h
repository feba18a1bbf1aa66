/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: probes and ICMP errors in, answers and return probes out.
 *
 * Pure: no I/O, no clock, no heap. Time is an argument, in ns, and never runs
 * backwards, except that what was captured may have arrived a little before
 * what was done since; memory is handed over once. Each call writes at most one packet
 * into *out (empty when the call starts) and leaves what happened in `event`,
 * already counted, valid until the next call.
 *
 * The engine dispatches; what a door does with its packets is in its own file.
 */
#ifndef UTURN_ENGINE_ENGINE_H
#define UTURN_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "engine/event.h"
#include "engine/flights.h"
#include "engine/inband.h"
#include "engine/pace.h"
#include "engine/policy.h"
#include "engine/shard.h"
#include "packet/bytes.h"
#include "packet/reason.h"

/* Room that *out needs for the largest packet that is turned: an MTU of jumbo frames. */
enum { ENGINE_PACKET_MAX = 9216 };

/* What becomes of a packet in the kernel's queue. */
enum act {
	ACT_PASS, /* back to the kernel, as if we were not there */
	ACT_TAKE, /* ours: answered, or refused in silence */
};

struct engine {
	struct config config;
	struct flights flights;
	struct policy policy;
	struct inband inband;
	struct pace pace;
	struct shard shard;
	uint64_t requests; /* that got a probe; no two have the same key */
	struct event event;
	uint64_t counters[REASON_COUNT];
};

size_t engine_bytes(const struct config *config);
/*
 * memory: engine_bytes(config) of zeroes, aligned for any type, the engine's
 * until the end. secret: random, it keeps strangers from choosing our hashes.
 */
void engine_init(struct engine *e, const struct config *config, void *memory, const uint64_t secret[2]);
/* From the beginning on it is one of several; else it is alone. */
void engine_share(struct engine *e, struct shard shard);
/* A new configuration for what comes from now on; in_flight stays what it was. */
void engine_configure(struct engine *e, const struct config *config);

enum act engine_on_probe(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/* Returns whether that was an event: what is another engine's is that one's to count. */
bool engine_on_error(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/*
 * An echo reply, RST or SYN+ACK to this host, which may answer the probe of a
 * request. Returns whether it did.
 */
bool engine_on_reply(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/* One or the other. Returns whether that was an event. */
bool engine_on_answer(struct engine *e, struct span packet, uint64_t now_ns, struct writer *out);
/*
 * A segment of a TCP connection that passes this host, of which the beginning will do; is_ours: we send it.
 * Returns whether that was an event.
 */
bool engine_on_segment(struct engine *e, struct span packet, bool is_ours, uint64_t now_ns);
/* What time alone brings: call again while it returns true; `event` is new each time it does. */
bool engine_on_time(struct engine *e, uint64_t now_ns, struct writer *out);

/* Is there anything that time alone could bring? */
bool engine_is_waiting(const struct engine *e);

/* Counts and remembers an outcome; for the doors, and for what io/ reports. */
void engine_count(struct engine *e, enum reason reason);

#endif
