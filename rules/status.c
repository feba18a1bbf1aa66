/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "nft_status.h"
#include "status.h"
#include "ttl_rules.h"

static int read_legacy(const struct backend *b, struct counters *c, char *why)
{
	int err = 0;

	for (int i = 0; i < RULESET_TABLES && !err; i++) {
		int found = i == RULESET_NAT ? 0 : backend_has_table(b, (enum ruleset_table)i, why);

		if (found < 0)
			return -1;
		err = found ? counters_legacy(b->family, ruleset_tables[i], c) : 0;
	}
	if (err)
		snprintf(why, BACKEND_WHY_SIZE, "libiptc: %s", strerror(-err));
	return err;
}

static int read_family(const struct backend *b, struct counters *c, char *why)
{
	char *text;

	if (b->kind == BACKEND_LEGACY)
		return read_legacy(b, c, why);
	text = backend_save(b, true, why);
	if (!text)
		return -1;
	counters_parse(text, c);
	free(text);
	return 0;
}

/* Opens the backend as well. */
static int open_family(const struct cli *c, int family, struct backend *b, struct counters *counters, char *why)
{
	if (c->backend != BACKEND_NFTABLES)
		return backend_open(b, family, c->backend, why) || read_family(b, counters, why) ? -1 : 0;
	*b = (struct backend){ .family = family, .kind = BACKEND_NFTABLES, .tool = "nftables" };
	return nft_status_read(family, counters, why);
}

static uint64_t total(const struct counters *c)
{
	uint64_t sum = 0;

	for (unsigned k = 1; k <= c->hops; k++)
		sum += c->queued[k];
	return sum;
}

static void print_family(const struct backend *b, const struct counters *c)
{
	if (!c->is_loaded && b->kind == BACKEND_NFTABLES) {
		printf("IPv%d: not loaded (nftables)\n", b->family);
		return;
	}
	if (!c->is_loaded) {
		backend_tell_absent(b, "not loaded", "");
		return;
	}
	printf("IPv%d: loaded (%s): %" PRIu64 " packets with a low TTL, %" PRIu64 " queued", b->family, b->tool,
		c->entered, total(c));
	if (c->has_untracked)
		printf(", %" PRIu64 " sent untracked", c->untracked);
	if (c->has_requests)
		printf(", %" PRIu64 " requests", c->requests);
	if (c->has_denied)
		printf(", %" PRIu64 " denied", c->denied);
	if (c->limited)
		printf(", %" PRIu64 " over the limit", c->limited);
	puts("");
}

/* The columns of nfnetlink_queue, see nfqnl's seq_show in the kernel. */
struct queue_listener {
	bool is_known, is_there;
	unsigned waiting, dropped, lost;
};

static struct queue_listener find_listener(unsigned queue)
{
	struct queue_listener l = { .is_known = true };
	FILE *f = fopen("/proc/net/netfilter/nfnetlink_queue", "re");
	unsigned number;

	if (!f) {
		l.is_known = errno == ENOENT; /* no file: the module is not loaded */
		return l;
	}
	while (!l.is_there &&
		fscanf(f, "%u %*u %u %*u %*u %u %u %*u %*d", &number, &l.waiting, &l.dropped, &l.lost) == 4)
		l.is_there = number == queue;
	fclose(f);
	return l;
}

static void print_queue(unsigned queue)
{
	struct queue_listener l = find_listener(queue);

	if (!l.is_known)
		printf("queue %u: unknown (cannot read /proc/net/netfilter/nfnetlink_queue)\n", queue);
	else if (!l.is_there)
		printf("queue %u: no listener, probes are passed to the host\n", queue);
	else
		printf("queue %u: has a listener, %u waiting, %u dropped (queue full), %u lost (receive buffer overrun)\n",
			queue, l.waiting, l.dropped, l.lost);
}

static void print_queues(const struct counters *c4, const struct counters *c6)
{
	const struct counters *c = c4->is_loaded ? c4 : c6;

	for (unsigned queue = c->queue_first; queue <= c->queue_last; queue++)
		print_queue(queue);
	if (!c4->is_loaded || !c6->is_loaded)
		return;
	for (unsigned queue = c6->queue_first; queue <= c6->queue_last; queue++)
		if (queue < c4->queue_first || queue > c4->queue_last)
			print_queue(queue);
}

static void print_cell(const struct counters *c, unsigned hop)
{
	if (c->is_loaded && hop <= c->hops)
		printf(" %12" PRIu64, c->queued[hop]);
	else
		printf(" %12s", "-");
}

static void print_table(const struct counters *c4, const struct counters *c6)
{
	unsigned hops = c4->hops > c6->hops ? c4->hops : c6->hops;

	printf("\n%5s %12s %12s\n", "hop", "IPv4", "IPv6");
	for (unsigned k = 1; k <= hops; k++) {
		printf("%5u", k);
		print_cell(c4, k);
		print_cell(c6, k);
		puts("");
	}
}

int status_run(const struct cli *c)
{
	struct counters counters[2] = { 0 };
	char why[BACKEND_WHY_SIZE];
	int code = 0;

	for (int i = 0; i < 2; i++) {
		int family = i ? 6 : 4;
		struct backend b;

		if (!cli_wants(c, family))
			continue;
		if (open_family(c, family, &b, &counters[i], why)) {
			fprintf(stderr, "uturn-rules: IPv%d: %s\n", family, why);
			code = 1;
			continue;
		}
		print_family(&b, &counters[i]);
		if (b.kind != BACKEND_NFTABLES)
			ttl_rules_tell(&b, c->plan.mark);
	}
	if (c->backend != BACKEND_NFTABLES)
		ttl_rules_tell_nft(c);
	if (!counters[0].is_loaded && !counters[1].is_loaded)
		return code;
	print_queues(&counters[0], &counters[1]);
	print_table(&counters[0], &counters[1]);
	return code;
}
