/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel knows of a TCP connection of this host (sock_diag(7)); it tells everybody. */
#ifndef UTURN_IO_TCP_DIAG_H
#define UTURN_IO_TCP_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/addr.h"

struct tcp_diag {
	uint64_t cookie; /* the socket's name, never another one's */
	uint64_t acked_bytes; /* what the peer has acknowledged, at least */
	uint64_t rtt_ns; /* smoothed; 0: not measured */
	uint32_t inode;
};

/* 0, -ENOENT where the host has no such connection that can still send, or another negative errno. */
int tcp_diag_find(const struct addr *local, uint16_t local_port, const struct addr *peer, uint16_t peer_port,
	struct tcp_diag *found);

#endif
