/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel knows of a TCP connection of this host (sock_diag(7)); needs no privilege. */
#ifndef UTURN_IO_TCP_DIAG_H
#define UTURN_IO_TCP_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

struct tcp_diag {
	uint64_t cookie; /* identifies the socket, never used again for another one (SO_COOKIE) */
	uint64_t acked_bytes; /* the peer has acknowledged at least these */
	uint64_t rtt_ns, rtt_var_ns; /* SRTT and RTTVAR (RFC 6298); 0: not measured */
	uint32_t inode;
	uint32_t user; /* who has opened or accepted it */
};

/* Returns 0, -ENOENT if the host has no such connection in which it can still send, or another negative errno. */
int tcp_diag_find(const struct addr *local, uint16_t local_port, const struct addr *peer, uint16_t peer_port,
	struct tcp_diag *found);

#endif
