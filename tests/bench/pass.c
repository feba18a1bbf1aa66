/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet costs on its way into a host, for several hosts in turn: those have other rules, and all
 * drop the packet behind them. Prints "INTERFACE TTL NS" for each pass over the sources, NS the median of its
 * batches.
 *
 * A veth hands a packet to the other side within the call that sends it, so the time of the call is that of both
 * sides. The median of short batches leaves out those that another process has interrupted.
 *
 * usage: pass NETWORK TARGET SOURCES ROUNDS TTL[,TTL...] INTERFACE...
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "common/text.h"
#include "crowd.h"

enum { BATCH = 64, BATCHES = 4096, BATCHES_LEAST = 100, TTLS_MAX = 16 };

static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static uint8_t probes[BATCH][CROWD_PROBE_MAX];

static void fail(const char *what)
{
	fprintf(stderr, "pass: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* All veths of the hosts have this address. */
static struct sockaddr_ll host_behind(const char *interface, int family)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(family == 4 ? ETH_P_IP : ETH_P_IPV6),
		.sll_ifindex = (int)if_nametoindex(interface),
		.sll_halen = ETH_ALEN,
		.sll_addr = { 2, 0, 0, 0, 0, 1 },
	};

	if (!to.sll_ifindex)
		fail(interface);
	return to;
}

/* Returns ns a packet. */
static double pass(int fd, const struct crowd *crowd, uint8_t ttl, const char *interface)
{
	static uint64_t took_ns[BATCHES], number;
	struct sockaddr_ll to = host_behind(interface, crowd->target.family);
	unsigned middle, batches = (crowd->count + BATCH - 1) / BATCH;

	batches = batches < BATCHES_LEAST ? BATCHES_LEAST : batches > BATCHES ? BATCHES : batches;
	for (unsigned i = 0; i < batches; i++) {
		uint64_t from_ns;

		for (unsigned k = 0; k < BATCH; k++) {
			vectors[k] = (struct iovec){ probes[k],
				crowd_probe(crowd, number++ % CROWD_NUMBERS, ttl, probes[k]) };
			messages[k].msg_hdr = (struct msghdr){ .msg_name = &to,
				.msg_namelen = sizeof(to),
				.msg_iov = &vectors[k],
				.msg_iovlen = 1 };
		}
		from_ns = clock_ns();
		if (sendmmsg(fd, messages, BATCH, 0) != BATCH)
			fail("send");
		took_ns[i] = clock_ns() - from_ns;
	}
	qsort(took_ns, batches, sizeof(took_ns[0]), compare);
	middle = batches / 2;
	return (double)took_ns[middle] / BATCH;
}

/* One processor, so that no batch is moved to another with cold caches. */
static void stay_here(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	sched_setaffinity(0, sizeof(here), &here);
}

static unsigned read_ttls(const char *list, uint8_t ttls[TTLS_MAX])
{
	unsigned count = 0;

	for (char *end; *list && count < TTLS_MAX; list = *end ? end + 1 : end)
		ttls[count++] = (uint8_t)strtoul(list, &end, 10);
	return count;
}

int main(int argc, char **argv)
{
	static const uint8_t climb[] = { 1, 14, 22, 30 }; /* so that each source is known at every hop */
	struct crowd crowd = { .first = 1, .step = 1, .stride = 1 };
	uint8_t ttls[TTLS_MAX];
	unsigned count;
	int fd, on = 1;

	if (argc < 7 || !addr_parse(argv[1], &crowd.network) || !addr_parse(argv[2], &crowd.target)) {
		fputs("usage: pass NETWORK TARGET SOURCES ROUNDS TTL[,TTL...] INTERFACE...\n", stderr);
		return 2;
	}
	crowd.count = (uint32_t)strtoul(argv[3], NULL, 10);
	count = read_ttls(argv[5], ttls);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)))
		fail("packet socket");
	stay_here();
	for (int i = 6; i < argc; i++)
		for (size_t k = 0; k < sizeof(climb); k++)
			pass(fd, &crowd, climb[k], argv[i]);
	for (unsigned long round = strtoul(argv[4], NULL, 10); round > 0; round--)
		for (unsigned k = 0; k < count; k++)
			for (int i = 6; i < argc; i++) {
				pass(fd, &crowd, ttls[k],
					argv[i]); /* what an entry of this source has to do with time is done */
				printf("%s %u %.1f\n", argv[i], ttls[k], pass(fd, &crowd, ttls[k], argv[i]));
			}
	return 0;
}
