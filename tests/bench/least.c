/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that can answer a probe from a packet queue: wait, take, build,
 * send, drop. No engine, no event loop, nothing remembered and nobody limited.
 * What its answer is later than the kernel's own is the price of a process.
 *
 * usage: least QUEUE
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/queue.h"
#include "packet/build.h"
#include "packet/probe.h"
#include "packet/reason.h"
#include "process/scheduling.h"
#include "raw/sender.h"

enum { MARK = 0x54, PACKET_MAX = 9216, TICK_MS = 25 }; /* the mark that the rules leave alone */

static bool answer(void *owner, struct span packet)
{
	struct sender *sender = owner;
	struct writer out = sender_room(sender);
	struct probe p;

	if (probe_parse(packet, &p))
		return false;
	build_expired(&p, &p.target, &out);
	sender_push(sender, &out);
	return true;
}

int main(int argc, char **argv)
{
	static uint64_t counters[REASON_COUNT];
	struct pollfd ready = { .events = POLLIN };
	struct sender *sender;
	struct queue *queue;
	char why[256] = "no raw socket";

	if (argc != 2) {
		fputs("usage: least QUEUE\n", stderr);
		return 2;
	}
	if (sender_open(&sender, MARK, PACKET_MAX, counters) ||
		queue_open(&queue, (uint16_t)atoi(argv[1]), answer, sender, counters, why, sizeof(why))) {
		fprintf(stderr, "least: %s\n", why);
		return 1;
	}
	scheduling_shorten(); /* as uturnd does: it may run as soon as it is woken */
	puts("ready");
	fflush(stdout);
	for (ready.fd = queue_fd(queue);;) {
		if (!poll(&ready, 1, queue_is_settled(queue) ? -1 : TICK_MS))
			queue_settle_all(queue);
		queue_work(queue);
		sender_flush(sender);
		queue_settle(queue);
	}
}
