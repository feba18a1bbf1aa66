/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/ring.h"

#include <stdio.h>

#include "common/log.h"
#include "common/text.h"

void ring_keep(struct ring *r, const struct event *e)
{
	r->events[r->count++ % RING_EVENTS] = *e;
}

static void log_event(const struct event *e, uint64_t now_ns)
{
	char prober[ADDR_TEXT_SIZE], target[ADDR_TEXT_SIZE], router[ADDR_TEXT_SIZE], answer[ADDR_TEXT_SIZE + 32] = "";

	if (e->router.family)
		snprintf(answer, sizeof(answer), ", router %s, type %u, code %u", addr_text(&e->router, router),
			e->icmp_type, e->icmp_code);
	log_info("%.3f s ago: %s: prober %s, target %s, protocol %u, ttl %u%s", (double)(now_ns - e->at_ns) / 1e9,
		reason_table[e->reason].counter, addr_text(&e->prober, prober), addr_text(&e->target, target),
		e->protocol, e->ttl, answer);
}

void ring_log(const struct ring *r, uint64_t now_ns)
{
	uint64_t first = r->count > RING_EVENTS ? r->count - RING_EVENTS : 0;

	log_info("the last %u events of %llu:", (unsigned)(r->count - first), (unsigned long long)r->count);
	for (uint64_t i = first; i < r->count; i++)
		log_event(&r->events[i % RING_EVENTS], now_ns);
}
