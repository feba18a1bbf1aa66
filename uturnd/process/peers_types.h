/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What peers.h tells of each peer, and its parts keep. */
#ifndef UTURN_PROCESS_PEERS_TYPES_H
#define UTURN_PROCESS_PEERS_TYPES_H

#include <stdint.h>

#include "packet/reason.h"

enum { PEERS_SOCKETS = 2 }; /* IPv4, IPv6 */

enum { PEER_REFUSALS = REASON_PEER_REPLAYED - REASON_PEER_SOURCE + 1 };

struct peer_figures {
	uint64_t heard_ns; /* when its last good datagram was received, CLOCK_MONOTONIC; 0: never */
	uint64_t sent, received, matched; /* datagrams */
	uint64_t refused[PEER_REFUSALS]; /* likewise, that of REASON_PEER_SOURCE first */
	int64_t late_ns; /* of the last one: from its capture there to its arrival here, by the clocks of both */
};

#endif
