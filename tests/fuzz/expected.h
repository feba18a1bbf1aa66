/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets that should leave, made once more, byte by byte. Each returns
 * its length; where a checksum may be said in two ways, it is one of them.
 */
#ifndef UTURN_FUZZ_EXPECTED_H
#define UTURN_FUZZ_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "view.h"

enum { EXPECTED_SIZE = 16384, EXPECTED_KEPT = 128 };

/* Nobody's addresses only if a prefix says so. */
bool expected_may_ask(const struct view *v, const struct config *c);
/* v: the probe, its turned_tag known; at[EXPECTED_SIZE]. */
size_t expected_return(const struct view *v, const struct config *c, uint8_t *at);
/* at[64] */
size_t expected_check(const struct view *v, uint8_t *at);
/* at[72]: in the flow's direction, behind an option that nobody knows */
size_t expected_option_check(const struct view *v, uint8_t *at);
/* What the target says where the prober's host is taken to have spoken: at[48 + EXPECTED_KEPT]. */
size_t expected_end(const struct view *v, uint8_t *at);
/* The first of our own ICMP errors' bytes: IP header, type and code; len is of the whole packet. */
size_t expected_headers(const struct view *v, const uint8_t *from, uint8_t type, uint8_t code, size_t len, uint8_t *at);
/* The same but for a checksum at `sum`, whose 0 may be said as 0xffff. */
bool expected_is_same(const uint8_t *expected, const uint8_t *got, size_t len, size_t sum);

#endif
