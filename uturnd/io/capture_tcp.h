/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TCP segments of a few connections as they pass this host, both ways: a
 * packet socket that is open only while there are any, with a filter in the
 * kernel that lets nobody else's through. What it is too slow for is lost, and
 * nobody waits.
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
 * The beginning of a packet, valid during the call, from its IP header.
 * is_ours: this host sends it, that is not only what it says itself. age_ns:
 * how long ago the kernel saw it.
 */
typedef void (*capture_tcp_handler)(void *owner, struct span packet, bool is_ours, uint64_t age_ns);

/* Nothing is opened yet. Returns 0 or a negative errno. */
int capture_tcp_open(struct capture_tcp **made, capture_tcp_handler handler, void *owner);
void capture_tcp_close(struct capture_tcp *s);

/* From now on segments between these ports, of any address, and no others; count 0 closes the socket. */
int capture_tcp_choose(struct capture_tcp *s, const struct capture_tcp_ports *ports, size_t count);

int capture_tcp_fd(const struct capture_tcp *s); /* -1: closed */
/* Hands on what is there, some hundred at most. */
void capture_tcp_work(struct capture_tcp *s);

#endif
