/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages between uturnd and the process of one of its workers, over a pair
 * of sockets that keeps message boundaries. When a process ends its end of the
 * channel closes, which the other process sees as CHANNEL_CLOSED.
 */
#ifndef UTURN_PROCESS_CHANNEL_H
#define UTURN_PROCESS_CHANNEL_H

#include "config/config.h"
#include "engine/event.h"
#include "packet/peer_datagram.h"
#include "process/denied.h"

enum channel_kind {
	CHANNEL_READY, /* from the worker: everything is open, and it has sandboxed itself */
	CHANNEL_FAILED, /* from the worker: it could not start, with words in why */
	CHANNEL_EVENT, /* from the worker: an event of its engine */
	CHANNEL_CONFIG, /* to the worker: the configuration from now on */
	CHANNEL_DENIED, /* to the worker: the prefixes of deny-file from now on */
	CHANNEL_DRAIN, /* to the worker: until when it takes no new probers */
	CHANNEL_RING, /* to the worker: log the last events */
	CHANNEL_PEER, /* to the worker: what a peer has captured */
	CHANNEL_KINDS
};

struct channel_peer {
	uint64_t at_ns; /* CLOCK_MONOTONIC */
	uint16_t peer, size;
	uint8_t packet[PEER_PACKET_MOST];
};

struct channel_message {
	enum channel_kind kind;
	union {
		char why[CONFIG_WHY_SIZE];
		struct event event;
		struct config config;
		struct denied_place denied;
		uint64_t drain_until_ns;
		struct channel_peer peer; /* only `size` bytes of the packet are sent */
	};
};

/* Both ends belong to the caller, who closes them. Returns 0 or a negative errno. */
int channel_open(int ends[2]);
/* Never blocks. Returns false if the socket buffer is full or the other end is closed. */
bool channel_send(int fd, const struct channel_message *m);

enum channel_result { CHANNEL_MESSAGE, CHANNEL_NOTHING, CHANNEL_CLOSED };
/* Never blocks. A message of the wrong size or kind counts as CHANNEL_CLOSED: the peer is broken. */
enum channel_result channel_receive(int fd, struct channel_message *m);

#endif
