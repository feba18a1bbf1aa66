/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capacity.h"

enum { FEW = 1000 };

/* The parameter that the module was loaded with, for all lists; 0: not loaded, or not readable. */
static unsigned recent_sources(void)
{
	FILE *f = fopen("/sys/module/xt_recent/parameters/ip_list_tot", "re");
	unsigned sources = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%u", &sources) != 1)
		sources = 0;
	fclose(f);
	return sources;
}

void capacity_tell(const struct plan *p)
{
	unsigned sources = p->state == PLAN_IPSET ? PLAN_SET_SOURCES : recent_sources();

	if (!sources)
		return;
	printf("capacity: %u probers per family at once (%s)\n", sources,
		p->state == PLAN_IPSET ? "ipset" : "xt_recent's ip_list_tot");
	if (sources < FEW)
		fprintf(stderr,
			"uturn-rules: above %u probers the least recently active one is evicted"
			" (options xt_recent ip_list_tot=4096 in modprobe.d, or --state ipset)\n",
			sources);
}
