/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures the TCP segments of a few connections of this host, in both
 * directions: a packet socket that is open only while there are such
 * connections, with a filter in the kernel that drops everything else. Segments
 * that overrun its receive buffer are lost; the connections are not slowed down.
 */
#ifndef UTURN_IO_CAPTURE_TCP_H
#define UTURN_IO_CAPTURE_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

struct capture_tcp;

struct capture_tcp_ports {
	uint16_t local, peer;
};

/*
 * packet starts at its IP header, may be cut, and is valid during the call.
 * is_ours: it is outgoing, whether this host sends or forwards it. age_ns: how
 * long ago the kernel saw it.
 */
typedef void (*capture_tcp_handler)(void *owner, struct span packet, bool is_ours, uint64_t age_ns);

/* Opens no socket yet. owner is borrowed until capture_tcp_close(). Returns 0 or a negative errno. */
int capture_tcp_open(struct capture_tcp **made, capture_tcp_handler handler, void *owner);
void capture_tcp_close(struct capture_tcp *c);

/*
 * Captures the segments between these ports, whatever their addresses, from now
 * on; count 0 closes the socket. Returns 0 or a negative errno, -E2BIG for more
 * than 256.
 */
int capture_tcp_choose(struct capture_tcp *c, const struct capture_tcp_ports *ports, size_t count);

int capture_tcp_fd(const struct capture_tcp *c); /* -1: closed */
/* Passes waiting segments to the handler, 256 at most. */
void capture_tcp_work(struct capture_tcp *c);

#endif
