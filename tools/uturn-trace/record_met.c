/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_met.h"

#include <stdlib.h>

void record_met(const struct trace_record *r, enum record_direction direction, unsigned hops, int32_t *met,
	int64_t *rtt_us)
{
	for (size_t i = 0; i < r->flow_count * hops; i++) {
		met[i] = MET_UNKNOWN;
		rtt_us[i] = -1;
	}
	for (size_t i = 0; i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];
		const int flow = p->direction == direction ? record_find_flow(r, p->flow) : -1;
		size_t at;

		if (flow < 0 || !p->hop || p->hop > hops)
			continue;
		at = (size_t)flow * hops + p->hop - 1;
		if (met[at] >= 0)
			continue;
		met[at] = p->router >= 0 ? p->router : MET_SILENT;
		rtt_us[at] = p->router >= 0 ? p->rtt_us : -1;
	}
}

static int compare_times(const void *a, const void *b)
{
	const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

int64_t record_median(int64_t *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare_times);
	return count ? times[(count - 1) / 2] : -1;
}
