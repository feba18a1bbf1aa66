/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <libiptc/libip6tc.h>
#include <libiptc/libiptc.h>
#include <linux/netfilter/xt_NFQUEUE.h>
#include <stdio.h>
#include <string.h>

#include "counters.h"

/* The N of UTURN-hopN, or 0. */
static unsigned hop_of(const char *chain)
{
	unsigned hop = 0;
	int len = 0;

	if (sscanf(chain, "UTURN-hop%3u%n", &hop, &len) != 1 || chain[len] || hop > PLAN_HOPS_MAX)
		return 0;
	return hop;
}

static bool is_request_chain(const char *chain)
{
	return strcmp(chain, "UTURN-asked") == 0;
}

/* One rule, as either source tells it; target without its options. */
static void add_rule(struct counters *c, const char *chain, const char *target, uint64_t packets)
{
	unsigned hop = hop_of(chain);

	if (strcmp(chain, "INPUT") == 0 && strcmp(target, "UTURN") == 0) {
		c->is_loaded = true;
		c->entered += packets;
	}
	if (strncmp(chain, "UTURN-", 6) == 0 && strcmp(target, "DROP") == 0)
		c->limited += packets;
	if (strcmp(chain, "UTURN-denied") == 0) {
		c->has_denied = true;
		c->denied += packets;
	}
	if (strcmp(chain, "UTURN-notrack") == 0 && strcmp(target, "CT") == 0) {
		c->has_untracked = true;
		c->untracked += packets;
	}
	if (!hop && !is_request_chain(chain))
		return;
	if (hop > c->hops)
		c->hops = hop;
	if (strcmp(target, "NFQUEUE") != 0)
		return;
	if (hop) {
		c->queued[hop] += packets;
	} else {
		c->has_requests = true;
		c->requests += packets;
	}
}

static void set_queue(struct counters *c, unsigned first, unsigned last)
{
	c->queue_first = first;
	c->queue_last = last;
}

static void parse_line(const char *line, struct counters *c)
{
	const char *jump = strstr(line, " -j ");
	const char *queue = strstr(line, " --queue-num "), *range = strstr(line, " --queue-balance ");
	char chain[32], target[32];
	unsigned first, last;
	uint64_t packets;

	if (sscanf(line, "[%" SCNu64 ":%*u] -A %31s", &packets, chain) != 2 || !jump ||
		sscanf(jump, " -j %31s", target) != 1)
		return;
	add_rule(c, chain, target, packets);
	if (!hop_of(chain))
		return;
	if (queue && sscanf(queue, " --queue-num %u", &first) == 1)
		set_queue(c, first, first);
	if (range && sscanf(range, " --queue-balance %u:%u", &first, &last) == 2)
		set_queue(c, first, last);
}

void counters_parse(const char *text, struct counters *c)
{
	char line[512];
	bool is_nat = false;

	while (*text) {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)(len < sizeof(line) ? len : sizeof(line) - 1), text);
		if (line[0] == '*')
			is_nat = strcmp(line, "*nat") == 0;
		else if (!is_nat)
			parse_line(line, c);
		text += len + (text[len] == '\n');
	}
}

/* Every revision of NFQUEUE's data begins with the number; the range came with the first. */
static void set_queue_of(struct counters *c, const struct xt_entry_target *t)
{
	const struct xt_NFQ_info_v1 *info = (const void *)t->data;
	unsigned count = t->u.user.revision > 0 && info->queues_total > 0 ? info->queues_total : 1;

	set_queue(c, info->queuenum, info->queuenum + count - 1);
}

/*
 * libiptc is made twice from one source, for struct ipt_entry and for struct
 * ip6t_entry; so is its user.
 */
#define DEFINE_READ(name, tc, entry) \
	static int name(const char *table, struct counters *c) \
	{ \
		struct xtc_handle *h = tc##_init(table); \
		const char *chain; \
\
		if (!h) \
			return errno ? -errno : -EIO; \
		for (chain = tc##_first_chain(h); chain; chain = tc##_next_chain(h)) { \
			const struct entry *e; \
\
			for (e = tc##_first_rule(chain, h); e; e = tc##_next_rule(e, h)) { \
				const char *target = tc##_get_target(e, h); \
\
				add_rule(c, chain, target, e->counters.pcnt); \
				if (hop_of(chain) && strcmp(target, "NFQUEUE") == 0) \
					set_queue_of(c, (const void *)((const char *)e + e->target_offset)); \
			} \
		} \
		tc##_free(h); \
		return 0; \
	}

DEFINE_READ(read4, iptc, ipt_entry)
DEFINE_READ(read6, ip6tc, ip6t_entry)

int counters_legacy(int family, const char *table, struct counters *c)
{
	return family == 6 ? read6(table, c) : read4(table, c);
}
