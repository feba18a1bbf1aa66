/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much leaves for what came, for each address: SECURITY.md, "Amplification". It knows
 * nothing of the engine, only packets, whose destination has to be the source
 * of so many probes that were large enough.
 *
 * A return probe and a check are never longer than the probe, an answer by no
 * more than its own headers; in sum three packets and four times the bytes,
 * without a check two packets, of 60 bytes and more 2.5 times the bytes. An
 * answer with an extension is padded to 128 bytes, and is counted beside that.
 *
 * With UTURN_AMPLIFIED=1 in the environment the largest factors of one probe
 * are printed at the end.
 */
#ifndef UTURN_FUZZ_AMPLIFIED_H
#define UTURN_FUZZ_AMPLIFIED_H

#include <stddef.h>
#include <stdint.h>

#include "model.h"

/* Stands alone, in static memory; begin starts it anew. */
void amplified_begin(void);
void amplified_on_probe(const uint8_t *packet, const struct result *r);
/* len: of the ICMP error that brought it. */
void amplified_on_error(size_t len, const struct result *r);
void amplified_on_time(const struct result *r);

#endif
