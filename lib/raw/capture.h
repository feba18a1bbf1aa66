/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures ICMP errors, and if asked for the answers of hosts that probes have
 * reached, on one interface or all: libpcap with a filter in the kernel, in
 * front of the host's firewall, without buffering.
 */
#ifndef UTURN_RAW_CAPTURE_H
#define UTURN_RAW_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

struct capture;

/* packet starts at its IP header and is valid during the call; the kernel received it age_ns ago. */
typedef void (*capture_handler)(void *owner, struct span packet, uint64_t age_ns);

/* Parameters of the filter. All zero: every ICMP error, and nothing else. */
struct capture_filter {
	unsigned tag_bits,
		tag_start; /* only errors that quote a tag (IPv4 id, IPv6 flow label) whose first bits are these */
	unsigned tag_rest; /* not 0: those too whose first bits are this or more */
	bool takes_tcp; /* errors that quote TCP, too, whatever their tag */
	uint16_t reply_first,
		reply_last; /* not 0: echo replies, too, and TCP answers to probes from these ports, both included */
	bool takes_udp; /* and UDP datagrams to these ports */
};

/*
 * interface: a name, or "" for all. Returns 0, or a negative errno with words
 * in why. counters: REASON_COUNT of them, borrowed, for REASON_CAPTURE_DROPPED.
 */
int capture_open(struct capture **made, const char *interface, const struct capture_filter *filter,
	capture_handler handler, void *owner, uint64_t *counters, char *why, size_t why_size);
/* Replaces the filter; a failure is logged, and the old filter stays. c may be NULL. */
void capture_set_filter(struct capture *c, const struct capture_filter *filter);
void capture_close(struct capture *c); /* c may be NULL */
int capture_fd(const struct capture *c);
/* Passes waiting packets to the handler, 256 at most. Returns 0, or a negative errno if the interface is gone. */
int capture_work(struct capture *c);
/* Adds what the kernel has dropped since the last call to the counters, and logs it. */
void capture_count_drops(struct capture *c);

#endif
