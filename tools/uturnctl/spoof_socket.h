/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `uturnctl spoof-check` sends: by a UDP socket from our own source address,
 * by a raw one from a foreign one. The function that opens returns a descriptor for the
 * caller to close, the senders 0; each a negative errno where the system refuses.
 */
#ifndef UTURNCTL_SPOOF_SOCKET_H
#define UTURNCTL_SPOOF_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/* Needs CAP_NET_RAW. */
int spoof_socket_open_raw(uint8_t family);

struct spoof_flow {
	struct addr from, to;
	uint16_t from_port, to_port;
};

int spoof_socket_send_raw(int fd, const struct spoof_flow *flow, struct span payload);

#endif
