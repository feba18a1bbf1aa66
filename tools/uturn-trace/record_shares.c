/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_shares.h"

#include <stdlib.h>

/* One answer. */
struct answer {
	uint32_t router, flow;
	int64_t rtt_us;
};

static int compare_flows(const void *a, const void *b)
{
	const struct answer *one = a, *other = b;

	if (one->flow != other->flow)
		return one->flow < other->flow ? -1 : 1;
	return (one->router > other->router) - (one->router < other->router);
}

static int compare_times(const void *a, const void *b)
{
	const struct answer *one = a, *other = b;

	if (one->router != other->router)
		return one->router < other->router ? -1 : 1;
	return (one->rtt_us > other->rtt_us) - (one->rtt_us < other->rtt_us);
}

static size_t take_answers(const struct trace_record *r, enum record_direction direction, unsigned hop,
	struct answer *answers)
{
	size_t count = 0;

	for (size_t i = 0; i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];

		if (p->direction == direction && p->hop == hop && p->router >= 0 && record_find_flow(r, p->flow) >= 0)
			answers[count++] = (struct answer){ (uint32_t)p->router, p->flow, p->rtt_us };
	}
	return count;
}

static void count_flows(struct answer *answers, size_t count, struct record_share *shares, unsigned *of)
{
	*of = 0;
	qsort(answers, count, sizeof(*answers), compare_flows);
	for (size_t i = 0; i < count; i++) {
		const bool is_next = !i || answers[i].flow != answers[i - 1].flow;

		*of += is_next;
		shares[answers[i].router].flows += is_next || answers[i].router != answers[i - 1].router;
	}
}

static void take_times(struct answer *answers, size_t count, struct record_share *shares)
{
	size_t next;

	qsort(answers, count, sizeof(*answers), compare_times);
	for (size_t i = 0; i < count; i = next) {
		struct record_share *s = &shares[answers[i].router];

		while (i < count && answers[i].router == (uint32_t)(s - shares) && answers[i].rtt_us < 0)
			i++; /* a saved trace may have an answer without a time */
		for (next = i; next < count && answers[next].router == (uint32_t)(s - shares);)
			next++;
		s->answers = (unsigned)(next - i);
		if (!s->answers)
			continue;
		s->best_us = answers[i].rtt_us;
		s->rtt_us = answers[i + (next - i - 1) / 2].rtt_us;
		s->worst_us = answers[next - 1].rtt_us;
	}
}

bool record_shares(const struct trace_record *r, enum record_direction direction, unsigned hop,
	struct record_share *shares)
{
	struct answer *answers = calloc(r->probe_count + 1, sizeof(*answers));
	size_t count;
	unsigned of;

	if (!answers)
		return false;
	for (size_t i = 0; i < r->router_count; i++)
		shares[i] = (struct record_share){ .rtt_us = -1, .best_us = -1, .worst_us = -1 };
	count = take_answers(r, direction, hop, answers);
	count_flows(answers, count, shares, &of);
	take_times(answers, count, shares);
	for (size_t i = 0; i < r->router_count; i++)
		shares[i].of = of;
	free(answers);
	return true;
}
