/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of `uturnctl spoof-check`: UDP for our own source address, raw
 * for a foreign one. Functions that open return a descriptor for the caller to
 * close, the sender 0; each a negative errno where the system refuses.
 */
#ifndef UTURNCTL_SPOOF_SOCKET_H
#define UTURNCTL_SPOOF_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "packet/addr.h"
#include "packet/bytes.h"

/* False for a family that is neither IPv4 nor IPv6. */
bool spoof_socket_addr(const struct sockaddr *from, struct addr *a);

/* Connected to one port of one host; *own and *own_port are the address and port that the kernel chose. */
int spoof_socket_open(const struct addr *host, uint16_t port, struct addr *own, uint16_t *own_port);

/* Needs CAP_NET_RAW. */
int spoof_socket_open_raw(uint8_t family);

struct spoof_flow {
	struct addr from, to;
	uint16_t from_port, to_port;
};

int spoof_socket_send_raw(int fd, const struct spoof_flow *flow, struct span payload);

#endif
