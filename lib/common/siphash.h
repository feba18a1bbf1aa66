/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF") over
 * 64-bit words, so that a sender that chooses addresses and ports cannot choose
 * their place in our tables. The key is secret; words are in host order.
 */
#ifndef UTURN_COMMON_SIPHASH_H
#define UTURN_COMMON_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint64_t key[2], const uint64_t *words, size_t count);

#endif
