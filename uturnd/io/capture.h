/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ICMP errors in, and the answers of hosts where somebody waits for them, wherever they arrive: libpcap with a filter in the kernel,
 * in front of the host's firewall, each packet handed on as it comes.
 */
#ifndef UTURN_IO_CAPTURE_H
#define UTURN_IO_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/bytes.h"

struct capture;

/* packet starts at its IP header and is valid during the call; the kernel has had it for age_ns. */
typedef void (*capture_handler)(void *owner, struct span packet, uint64_t age_ns);

/* Which errors, and what else. */
struct capture_wish {
	bool takes_replies; /* also what may answer the probe of a request */
	unsigned tag_bits, tag_start; /* only those quoting a tag (IPv4 id, IPv6 flow label) that starts so */
	bool takes_tcp; /* and those quoting TCP, whatever the tag */
};

/*
 * interface: a name, or "" for all. Returns 0, or a negative errno with words
 * in why. counters: REASON_COUNT of them, for REASON_CAPTURE_DROPPED.
 */
int capture_open(struct capture **made, const char *interface, const struct capture_wish *wish, capture_handler handler,
	void *owner, uint64_t *counters, char *why, size_t why_size);
/* From now on; c may be NULL. */
void capture_choose(struct capture *c, const struct capture_wish *wish);
void capture_close(struct capture *c);
int capture_fd(const struct capture *c);
/* Hands on what is there, some hundred at most; returns 0 or a negative errno. */
int capture_work(struct capture *c);
/* To be called now and then; says so in the log where there were any. */
void capture_count_drops(struct capture *c);

#endif
