/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets in tests: text in the notation of uturn-replay(1), made into bytes
 * that are cut to their exact length on the heap, so that ASan catches one
 * byte too far. Everything made here is freed by packets_free(), a teardown.
 */
#ifndef UTURN_TESTS_PACKETS_H
#define UTURN_TESTS_PACKETS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef skip /* cmocka's is a macro, ours a function of packet/bytes.h */

#include "packet/addr.h"
#include "packet/bytes.h"
#include "packet/reason.h"

/* Fails the test where text is no packet. */
struct span packet_of(const char *text);
/* A copy of the first len bytes, cut to that length. */
struct span packet_cut(struct span packet, size_t len);
/* Room of exactly this size. */
struct writer packet_room(size_t size);
struct addr addr_of(const char *text);

/* Fails the test where *out is not exactly this packet; "" for nothing at all. */
void assert_packet(const struct writer *out, const char *text);

int packets_free(void **state);

/* Cut to every length below `stated` bytes, the packet is refused for this reason. */
void assert_cut_anywhere(const char *name, struct span whole, size_t stated, enum reason (*parse)(struct span packet),
	enum reason wanted);

#endif
