/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this host says about the packets' way to uturnd, without asking uturnd:
 * the state of the rules that uturn-rules keeps, and the kernel's queues.
 */
#ifndef UTURN_METRICS_HOST_STATE_H
#define UTURN_METRICS_HOST_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { HOST_QUEUES_SIZE = 65536 };

/* A line of /proc/net/netfilter/nfnetlink_queue. */
struct host_queue {
	unsigned number;
	uint32_t port; /* netlink port of the listener */
	unsigned waiting; /* packets */
	unsigned copy_range; /* bytes of a packet that are passed to the listener */
	unsigned dropped; /* the queue was full */
	unsigned lost; /* the listener's receive buffer was full */
};

/* state.json of uturn-rules keep, a new reference. NULL: the rules are not kept; one that was killed has left its file. */
json_t *host_rules_read(void);

/* The text of nfnetlink_queue, empty if no queue has a listener. NULL: it may not be read (needs root). */
const char *host_queues_read(char text[HOST_QUEUES_SIZE]);

/* The queues that uturnd's status names, "N" or "N:M"; false where the text is NULL or begins otherwise. Pure. */
bool host_queues_of(const char *text, unsigned *first, unsigned *last);

/* False: the queue has no listener. queue may be NULL. Pure. */
bool host_queue_find(const char *text, unsigned number, struct host_queue *queue);

#endif
