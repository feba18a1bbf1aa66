/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An engine that traces a TCP connection, in tests: port 80 of 203.0.113.80,
 * whose client is port 4000 of 10.1.1.10, and time that goes as it is told.
 */
#ifndef UTURN_TESTS_INBAND_SCENE_H
#define UTURN_TESTS_INBAND_SCENE_H

#include "engine/engine.h"
#include "engine/inband.h"
#include "tests/packets.h"

#define OURS "ip4 203.0.113.80 > 10.1.1.10 tos 2 | tcp 80 > 4000 "
#define PEERS "ip4 10.1.1.10 > 203.0.113.80 ttl 61 | tcp 4000 > 80 "
#define TIMES "options 0101080a000000070000000b"
#define PROBE "ip4 203.0.113.80 > 10.1.1.10 df ttl "
#define SENT "ip4 203.0.113.80 > 10.1.1.10 ttl " /* as packet_write() has it */

static const uint64_t s_ns = 1000000000, ms_ns = 1000000;
static const uint64_t start_ns = 100000000000;

extern struct engine engine;
extern uint64_t now_ns;

/*
 * What was reported since it was last looked at, each with a blank before it: hop:router/attempt with "!" for the
 * peer itself and "u" for an unreachable, hop-attempts for a silent one, and at the end why:probes.
 */
extern char said[8192];
extern unsigned sent; /* probes, in all */

void begin(const char *lines); /* of configuration */
struct flow flow_of(const char *local, const char *peer, uint16_t peer_port);
/* The index of the trace, or -1 and the words in `said`. */
int ask(const struct flow *flow, unsigned max_ttl, unsigned attempts, uint64_t bytes);
int ask4(unsigned max_ttl, unsigned attempts, uint64_t bytes);

bool segment(bool is_ours, const char *text);
enum reason error(const char *text);
/* The TTLs asked at that time, as "1 2 3"; the text of the n-th probe of all in packets[n], unless that is NULL. */
const char *pass(uint64_t later_ns, char (*packets)[256]);
/* Fails where something else was said since the last time. */
void assert_said(const char *words);

/* Time Exceeded of router 10.2.N.1, and the peer's word, about the probe of this TTL and attempt, base 1200. */
enum reason expired(unsigned router, unsigned ttl, unsigned attempt);
bool duplicate(unsigned ttl, unsigned attempt);
/* A trace whose connection stands at 1200, three routers away. */
int begun(unsigned max_ttl, unsigned attempts);

#endif
