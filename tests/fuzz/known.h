/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a prober's network has taught so far, for the model: when its checks
 * are due, and whether silence behind its NAT box is an answer.
 *
 * Of many networks the engine may have forgotten one, which nobody can tell
 * without its hashes: then nothing more is certain.
 */
#ifndef UTURN_FUZZ_KNOWN_H
#define UTURN_FUZZ_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "view.h"

/* Stands alone, in static memory; begin starts it anew, for engine `number` of `engines`, which is a power of two. */
void known_begin(unsigned number, unsigned engines);
bool known_is_certain(void);
/* A probe of the network was let through, or was one too many (not is_accepted). */
void known_meet(const struct view *probe, bool is_accepted, uint64_t now_ns);
/* Until then no probe is let through of a network of which none was in the last 30 s. */
void known_drain(uint64_t until_ns);
bool known_is_drained(const struct view *probe, uint64_t now_ns);
/*
 * The tag that a return probe of the network has to have. What changes it is
 * secret: the first one that left tells, and all others have to agree.
 */
uint32_t known_tag(const struct view *probe, uint32_t got);
/* Is a packet with this tag one of the engine's? All that it sends have its number in front. */
bool known_is_ours(bool is_four, uint32_t tag);
uint32_t known_sequence(const struct view *probe, uint32_t got); /* of what answers a SYN */
/* When the check of a return probe that left then is due; and when its end is, after the check has left (0: never). */
uint64_t known_check(const struct view *probe, uint64_t sent_ns);
uint64_t known_end(const struct view *probe, uint64_t checked_ns);
void known_answered(const struct view *probe, uint64_t rtt_ns);
void known_check_arrived(const struct view *probe, bool has_option);
/*
 * After 24 checks that its host answered none of, the first of them two seconds ago, it gets none for 30 s after the
 * last, then three. One that was sent; and one that expired on its way.
 */
bool known_may_check(const struct view *probe, uint64_t now_ns);
void known_checked(const struct view *probe, uint64_t now_ns);
void known_check_expired(const struct view *probe);
/* Nobody answered one; and, for IPv6, which form the next one has. */
void known_check_lost(const struct view *probe, bool has_option);
bool known_wants_option(const struct view *probe);
void known_nat(const struct view *probe, uint64_t now_ns);
void known_router(const struct view *probe, uint64_t now_ns); /* with an address of its own */

#endif
