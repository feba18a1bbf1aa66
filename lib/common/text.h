/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses, prefixes and near misses as text, the same in every program.
 *
 * The caller owns all memory. Nothing here keeps state.
 */
#ifndef UTURN_COMMON_TEXT_H
#define UTURN_COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/addr.h"

enum { ADDR_TEXT_SIZE = 46 }; /* longest address and its NUL */

/* Writes a's text (RFC 5952 for IPv6, "-" for no address) and returns it. */
const char *addr_text(const struct addr *a, char text[ADDR_TEXT_SIZE]);

/* Both return false and leave *a or *p alone where the text is none. */
bool addr_parse(const char *text, struct addr *a);
bool prefix_parse(const char *text, struct prefix *p); /* a lone address is its own prefix */

/* "192.0.2.1:80" or "[2001:db8::1]:80", port 1..65535; false and nothing changed where the text is anything else. */
bool addr_port_parse(const char *text, struct addr *a, uint16_t *port);

/*
 * The word of words[0..count) most like text, for "did you mean"; NULL where
 * none is near (edit distance above a third of the longer word).
 */
const char *text_nearest(const char *text, const char *const *words, size_t count);

#endif
