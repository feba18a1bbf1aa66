/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the generator is asked to do: its command line. For generate.c only.
 */
#ifndef UTURN_TESTS_BENCH_PLAN_H
#define UTURN_TESTS_BENCH_PLAN_H

#include <fcntl.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/text.h"
#include "crowd.h"

enum { HOPS_MAX = 32, THREADS_MAX = 16 };

struct plan {
	struct crowd crowd;
	struct hop hops[HOPS_MAX]; /* asked in turn */
	unsigned hop_count, threads;
	unsigned window; /* probes out at once, of all threads together */
	double rate; /* probes a second instead, where it is not 0 */
	double seconds, warm_up;
	unsigned ifindex;
	uint8_t gateway[ETH_ALEN];
	bool has_gateway;
	const _Atomic uint64_t *swallowed; /* by a consumer that answers nothing (drop.c) */
};

struct setting {
	const char *name, *value; /* as typed, as explained */
	bool (*set)(struct plan *p, const struct setting *s, const char *text);
	size_t offset;
	double low, high;
};

static bool plan_set_number(struct plan *p, const struct setting *s, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || value < s->low || value > s->high)
		return false;
	memcpy((char *)p + s->offset, &(unsigned){ (unsigned)value }, sizeof(unsigned));
	return true;
}

static bool plan_set_real(struct plan *p, const struct setting *s, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	memcpy((char *)p + s->offset, &value, sizeof(value));
	return end != text && !*end && value >= s->low && value <= s->high;
}

static bool plan_set_addr(struct plan *p, const struct setting *s, const char *text)
{
	struct addr address;

	if (!addr_parse(text, &address))
		return false;
	memcpy((char *)p + s->offset, &address, sizeof(address));
	return true;
}

static bool plan_set_interface(struct plan *p, const struct setting *s, const char *text)
{
	(void)s;
	p->ifindex = if_nametoindex(text);
	return p->ifindex != 0;
}

static bool plan_set_gateway(struct plan *p, const struct setting *s, const char *text)
{
	uint8_t *m = p->gateway;
	int count = sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]);

	(void)s;
	p->has_gateway = count == ETH_ALEN;
	return p->has_gateway;
}

static bool plan_add_hop(struct plan *p, const struct setting *s, const char *text)
{
	struct hop *h = &p->hops[p->hop_count];
	char from[64];

	(void)s;
	if (p->hop_count == HOPS_MAX || sscanf(text, "%hhu,%hhu,%hhu,%63s", &h->ttl, &h->type, &h->code, from) != 4)
		return false;
	p->hop_count++;
	return addr_parse(from, &h->from);
}

static bool plan_map_counter(struct plan *p, const struct setting *s, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	(void)s;
	if (fd < 0)
		return false;
	p->swallowed = mmap(NULL, sizeof(*p->swallowed), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return p->swallowed != MAP_FAILED;
}

static const struct setting plan_settings[] = {
	{ "--interface", "NAME to send through", plan_set_interface, 0, 0, 0 },
	{ "--gateway", "MAC address of the first router", plan_set_gateway, 0, 0, 0 },
	{ "--network", "ADDR that the sources follow", plan_set_addr, offsetof(struct plan, crowd.network), 0, 0 },
	{ "--target", "ADDR", plan_set_addr, offsetof(struct plan, crowd.target), 0, 0 },
	{ "--hop", "TTL,TYPE,CODE,FROM: a TTL and the ICMP error it must bring; repeatable", plan_add_hop, 0, 0, 0 },
	{ "--sources", "N (1000)", plan_set_number, offsetof(struct plan, crowd.count), 1, 1 << 20 },
	{ "--stride", "N from one source's address to the next (1); 256: each a network of its own", plan_set_number,
		offsetof(struct plan, crowd.stride), 1, 1 << 20 },
	{ "--window", "N probes out at once (512)", plan_set_number, offsetof(struct plan, window), 2, 16384 },
	{ "--rate", "N probes a second, instead of a window", plan_set_real, offsetof(struct plan, rate), 1, 1e7 },
	{ "--seconds", "S to measure (1)", plan_set_real, offsetof(struct plan, seconds), 0.01, 60 },
	{ "--warm-up", "S before that (0.2)", plan_set_real, offsetof(struct plan, warm_up), 0, 60 },
	{ "--threads", "N (1)", plan_set_number, offsetof(struct plan, threads), 1, THREADS_MAX },
	{ "--swallowed", "FILE: its counter stands for answers (drop.c)", plan_map_counter, 0, 0, 0 },
};

enum { PLAN_SETTINGS = sizeof(plan_settings) / sizeof(plan_settings[0]) };

static bool plan_set(struct plan *p, const char *name, const char *text)
{
	for (unsigned i = 0; i < PLAN_SETTINGS; i++)
		if (text && strcmp(plan_settings[i].name, name) == 0)
			return plan_settings[i].set(p, &plan_settings[i], text);
	return false;
}

static bool plan_is_whole(const struct plan *p)
{
	return p->ifindex && p->has_gateway && p->hop_count && p->crowd.target.family &&
		p->crowd.target.family == p->crowd.network.family && p->crowd.count >= p->threads &&
		p->window >= 2 * p->threads;
}

/* Ends the program where the command line makes no sense. */
static inline void plan_read(struct plan *p, int argc, char **argv)
{
	int i = 1;

	*p = (struct plan){ .crowd.count = 1000,
		.crowd.stride = 1,
		.window = 512,
		.seconds = 1,
		.warm_up = 0.2,
		.threads = 1 };
	while (i < argc && plan_set(p, argv[i], argv[i + 1]))
		i += 2;
	if (i >= argc && plan_is_whole(p))
		return;
	if (i < argc)
		fprintf(stderr, "generate: cannot use '%s %s'\n", argv[i], argv[i + 1] ? argv[i + 1] : "");
	fputs("usage: generate, with these options; the first five are needed\n", stderr);
	for (unsigned k = 0; k < PLAN_SETTINGS; k++)
		fprintf(stderr, "  %-12s %s\n", plan_settings[k].name, plan_settings[k].value);
	exit(2);
}

#endif
