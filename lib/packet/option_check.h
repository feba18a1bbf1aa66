/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reach check that gets through a firewall (IPv6): in the direction of the
 * flow, like the return probe itself, and behind a destination option that no
 * host knows. The host it is for, and only that, has to refuse it with a
 * Parameter Problem, before anybody looks at the datagram (RFC 8200 4.2).
 */
#ifndef UTURN_PACKET_OPTION_CHECK_H
#define UTURN_PACKET_OPTION_CHECK_H

#include <stdint.h>

#include "packet/build.h"
#include "packet/bytes.h"

enum { OPTION_HEADER_SIZE = 8 };

/* The destination options header, in front of UDP. */
extern const uint8_t option_header[OPTION_HEADER_SIZE];

/* As build_check() does it, for an IPv6 probe. */
void build_option_check(struct span original, size_t extensions, const struct departure *d, struct writer *out);

#endif
