/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan.h"

enum { DEFAULT_LIMIT = 200, DEFAULT_TOTAL = 20000, DEFAULT_MARK = 0x54 }; /* as in uturnd */

void plan_default(struct plan *p)
{
	*p = (struct plan){
		.queue_first = 5,
		.queue_last = 5,
		.hops = 32,
		.window_s = 30,
		.gap = 6,
		.arm = 6,
		.udp = true,
		.tcp = true,
		.icmp = true,
		.nat = true,
		.limit = DEFAULT_LIMIT,
		.limit_total = DEFAULT_TOTAL,
		.mark = DEFAULT_MARK,
		.state = PLAN_RECENT,
	};
	ports_default_udp(&p->exclude_udp);
	ports_default_tcp(&p->exclude_tcp);
}
