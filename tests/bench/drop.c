/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a consumer of a packet queue can do: take, count, drop. What
 * it costs is the price of the queue itself, for which no daemon can be blamed.
 *
 * usage: drop QUEUE FILE: the number of packets dropped stands in FILE, eight
 * bytes shared with the generator, which so keeps its probes out within bounds.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/queue.h"
#include "packet/reason.h"

enum { TICK_MS = 25 };

static bool swallow(void *owner, struct span packet)
{
	_Atomic uint64_t *swallowed = owner;

	(void)packet;
	atomic_store_explicit(swallowed, *swallowed + 1, memory_order_relaxed);
	return true;
}

static _Atomic uint64_t *map_counter(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	void *counter;

	if (fd < 0 || ftruncate(fd, sizeof(uint64_t)))
		return NULL;
	counter = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return counter == MAP_FAILED ? NULL : counter;
}

int main(int argc, char **argv)
{
	static uint64_t counters[REASON_COUNT];
	_Atomic uint64_t *swallowed;
	struct queue *queue;
	struct pollfd ready = { .events = POLLIN };
	uint16_t number;
	char why[256];

	if (argc != 3) {
		fputs("usage: drop QUEUE FILE\n", stderr);
		return 2;
	}
	number = (uint16_t)atoi(argv[1]);
	swallowed = map_counter(argv[2]);
	if (!swallowed) {
		fprintf(stderr, "drop: %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	if (queue_open(&queue, number, swallow, swallowed, counters, why, sizeof(why))) {
		fprintf(stderr, "drop: %s\n", why);
		return 1;
	}
	puts("ready");
	fflush(stdout);
	ready.fd = queue_fd(queue);
	for (;;) {
		bool is_more = queue_work(queue);

		queue_settle(queue);
		if (!is_more && !poll(&ready, 1, queue_is_settled(queue) ? -1 : TICK_MS))
			queue_settle_all(queue);
	}
}
