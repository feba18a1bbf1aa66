/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/activity.h"

enum { NS_PER_MS = 1000000 };

const uint32_t relay_bounds_ms[RELAY_BOUNDS] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000 };

static void count_relay(struct relay_times *r, uint64_t rtt_ns)
{
	unsigned i = 0;

	while (i < RELAY_BOUNDS && rtt_ns > (uint64_t)relay_bounds_ms[i] * NS_PER_MS)
		i++;
	r->counts[i]++;
	r->sum_ns += rtt_ns;
}

void activity_on_event(struct activity *a, const struct event *e)
{
	if (e->reason == REASON_TURNED) {
		a->turned_ns = e->at_ns;
	} else if (e->reason == REASON_RELAYED) {
		a->relayed_ns = e->at_ns;
		count_relay(&a->relay, e->rtt_ns);
	}
}
