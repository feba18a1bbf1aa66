/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option that takes a reach check through a firewall (IPv6): the check goes
 * in the direction of the flow, like the return probe itself, and behind a
 * destination option that no host knows. The host that it is for, and no other,
 * has to answer with a Parameter Problem, before it looks at the datagram
 * (RFC 8200 4.2). build_option_check() in build.h sends it, and icmp_error.h
 * finds it in a quote.
 */
#ifndef UTURN_PACKET_OPTION_CHECK_H
#define UTURN_PACKET_OPTION_CHECK_H

#include <stdint.h>

enum { OPTION_HEADER_SIZE = 8 };

/* The destination options header, in front of UDP; in network byte order. */
extern const uint8_t option_header[OPTION_HEADER_SIZE];

#endif
