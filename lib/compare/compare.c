/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/compare.h"

#include <stddef.h>
#include <string.h>

#include "compare/statistics.h"

static const double alpha = 0.01;

static unsigned router_at(const struct compare_run *run, unsigned flow, unsigned hop)
{
	if (flow >= run->flows || hop > run->hops)
		return COMPARE_NOBODY;
	return run->met[(size_t)flow * run->hops + hop - 1];
}

static void find_known(struct compare_work *work, const struct compare_run *run, bool is_after)
{
	for (size_t i = 0; i < (size_t)run->flows * run->hops; i++) {
		if (run->met[i] >= COMPARE_ROUTERS)
			continue;
		if (is_after)
			work->routers[run->met[i]].is_known = true;
		else
			work->routers[run->met[i]].was_known = true;
	}
}

/* One hop of both runs. */
struct hop {
	unsigned number;
	unsigned before, after; /* flows that were answered */
	unsigned compared, moved;
	unsigned shifted; /* moved to a router that was known, but not here */
	unsigned routers; /* of either run */
};

static void count_flow(struct compare_work *work, struct hop *h, unsigned a, unsigned b)
{
	h->before += a != COMPARE_NOBODY;
	h->after += b != COMPARE_NOBODY;
	if (a != COMPARE_NOBODY)
		work->routers[a].before++;
	if (b != COMPARE_NOBODY)
		work->routers[b].after++;
	if (a == COMPARE_NOBODY || b == COMPARE_NOBODY)
		return;
	h->compared++;
	if (a == b)
		return;
	h->moved++;
	work->routers[a].left++;
	work->routers[b].came++;
}

static struct hop count_hop(struct compare_work *work, const struct compare_run *before,
	const struct compare_run *after, unsigned number)
{
	struct hop h = { .number = number };
	unsigned flows = before->flows > after->flows ? before->flows : after->flows;

	for (unsigned r = 0; r < COMPARE_ROUTERS; r++) {
		work->routers[r].before = work->routers[r].after = 0;
		work->routers[r].left = work->routers[r].came = 0;
		work->routers[r].is_named = false;
	}
	for (unsigned f = 0; f < flows; f++)
		count_flow(work, &h, router_at(before, f, number), router_at(after, f, number));
	for (unsigned r = 0; r < COMPARE_ROUTERS; r++) {
		h.routers += work->routers[r].before || work->routers[r].after;
		if (!work->routers[r].before && work->routers[r].was_known)
			h.shifted += work->routers[r].came;
	}
	return h;
}

static void name_gone(struct compare_work *work, struct compare_change *c, unsigned r)
{
	if (c->gone_count < COMPARE_NAMED)
		c->gone[c->gone_count] = (uint16_t)r;
	c->gone_count++;
	work->routers[r].is_named = true;
}

static void name_added(struct compare_work *work, struct compare_change *c, unsigned r)
{
	if (c->added_count < COMPARE_NAMED)
		c->added[c->added_count] = (uint16_t)r;
	c->added_count++;
	work->routers[r].is_named = true;
}

/* What flows that both runs have answers of say for sure. */
static void compare_flows(struct compare_work *work, struct compare_change *c)
{
	for (unsigned r = 0; r < COMPARE_ROUTERS; r++) {
		if (work->routers[r].came && !work->routers[r].was_known)
			name_added(work, c, r);
		if (work->routers[r].left && !work->routers[r].is_known)
			name_gone(work, c, r);
	}
}

/* That a router which only one run has seen was missed by the other by chance; 1: no such router. */
static double chance_of(const struct compare_work *work, const struct hop *h, unsigned r)
{
	if (work->routers[r].is_named)
		return 1;
	if (work->routers[r].after && !work->routers[r].was_known)
		return statistics_unseen(work->routers[r].after, h->after, h->before);
	if (work->routers[r].before && !work->routers[r].is_known)
		return statistics_unseen(work->routers[r].before, h->before, h->after);
	return 1;
}

/* The least probable router that is not named yet, and whether it is too improbable for chance. */
static unsigned least_probable(const struct compare_work *work, const struct hop *h, double *p)
{
	unsigned found = COMPARE_NOBODY;

	*p = 1;
	for (unsigned r = 0; r < COMPARE_ROUTERS; r++) {
		double chance = chance_of(work, h, r);

		if (chance < *p) {
			*p = chance;
			found = r;
		}
	}
	return found;
}

static void compare_others(struct compare_work *work, const struct hop *h, struct compare_change *c)
{
	for (unsigned rank = 0; rank < h->routers; rank++) {
		double p;
		unsigned r = least_probable(work, h, &p);

		if (r == COMPARE_NOBODY || !statistics_holm(p, rank, h->routers, alpha))
			return;
		if (p > c->p)
			c->p = p;
		if (work->routers[r].after)
			name_added(work, c, r);
		else
			name_gone(work, c, r);
	}
}

static struct compare_change maybe(struct compare_work *work, const struct hop *h, unsigned r, double p)
{
	struct compare_change c = { .kind = COMPARE_MAYBE, .hop = (uint8_t)h->number, .p = p };

	if (work->routers[r].after) {
		name_added(work, &c, r);
		c.seen = work->routers[r].after;
		c.asked = (uint16_t)h->after;
	} else {
		name_gone(work, &c, r);
		c.seen = work->routers[r].before;
		c.asked = (uint16_t)h->before;
	}
	return c;
}

/* True: it is one. What only moved along, since the path got longer or shorter before, is none of its own. */
static bool judge(const struct hop *h, struct compare_change *c, bool *is_longer)
{
	c->hop = (uint8_t)h->number;
	c->moved = (uint16_t)h->moved;
	c->compared = (uint16_t)h->compared;
	if (c->gone_count || c->added_count || (h->shifted && !*is_longer)) {
		*is_longer |= h->shifted > 0 || c->gone_count || c->added_count;
		c->kind = COMPARE_PATH;
		return true;
	}
	c->kind = COMPARE_REMAPPED;
	return h->moved > h->shifted;
}

unsigned compare_paths(const struct compare_run *before, const struct compare_run *after, struct compare_work *work,
	struct compare_change *changes, unsigned most)
{
	unsigned hops = before->hops > after->hops ? before->hops : after->hops, count = 0;
	bool is_longer = false;

	memset(work, 0, sizeof(*work));
	find_known(work, before, false);
	find_known(work, after, true);
	for (unsigned number = 1; number <= hops && count < most; number++) {
		struct compare_change c = { 0 };
		struct hop h;
		double p;

		if ((before->per_packet_hops | after->per_packet_hops) >> (number - 1) & 1)
			continue;
		h = count_hop(work, before, after, number);
		if (!h.before || !h.after)
			continue; /* where one run has no answer at all, nothing is compared */
		compare_flows(work, &c);
		compare_others(work, &h, &c);
		if (judge(&h, &c, &is_longer))
			changes[count++] = c;
		while (count < most) {
			unsigned r = least_probable(work, &h, &p);

			if (r == COMPARE_NOBODY)
				break;
			changes[count++] = maybe(work, &h, r, p);
		}
	}
	return count;
}

/* --- delay and loss --- */

enum { LEAST_ANSWERS = 8, LEAST_SHIFT_US = 500, LEAST_SHIFT_PERCENT = 5 };

static int64_t shift_us(const struct compare_delay *d)
{
	return (int64_t)statistics_median(d->after, d->after_count) - statistics_median(d->before, d->before_count);
}

static bool is_large(int64_t us, uint32_t of_us)
{
	int64_t size = us < 0 ? -us : us;

	return size >= LEAST_SHIFT_US && size * 100 >= (int64_t)of_us * LEAST_SHIFT_PERCENT;
}

static void test_delays(struct compare_delay *delays, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct compare_delay *d = &delays[i];
		bool is_enough = d->before_count >= LEAST_ANSWERS && d->after_count >= LEAST_ANSWERS;

		d->is_shifted = false;
		d->p = is_enough ? statistics_rank_test(d->before, d->before_count, d->after, d->after_count) : 1;
	}
	/* in order of p, until the first that is not significant */
	for (unsigned rank = 0; rank < count; rank++) {
		unsigned least = 0;

		while (delays[least].is_shifted)
			least++;
		for (unsigned i = least + 1; i < count; i++) {
			if (!delays[i].is_shifted && delays[i].p < delays[least].p)
				least = i;
		}
		if (!statistics_holm(delays[least].p, rank, count, alpha))
			return;
		delays[least].is_shifted = true;
	}
}

unsigned compare_delays(struct compare_delay *delays, unsigned count, struct compare_change *changes, unsigned most)
{
	int64_t carried_us = 0; /* of a shift that began before this hop */
	int64_t found_us = 0;
	unsigned found = 0, hop = 0;

	test_delays(delays, count);
	for (unsigned i = 0; i < count && found < most; i++) {
		const struct compare_delay *d = &delays[i];
		uint32_t before_us = statistics_median(d->before, d->before_count);

		if (d->hop != hop)
			carried_us = found_us;
		hop = d->hop;
		if (!d->is_shifted || !is_large(shift_us(d), before_us))
			continue;
		if (!is_large(shift_us(d) - carried_us, before_us))
			continue;
		found_us = shift_us(d);
		changes[found++] = (struct compare_change){ .kind = COMPARE_DELAY,
			.hop = d->hop,
			.router = d->router,
			.before_us = before_us,
			.after_us = statistics_median(d->after, d->after_count),
			.p = d->p };
	}
	return found;
}

bool compare_loss(unsigned lost_before, unsigned sent_before, unsigned lost_after, unsigned sent_after, double *p)
{
	*p = statistics_exact_test(lost_before, sent_before, lost_after, sent_after);
	return *p <= alpha;
}
