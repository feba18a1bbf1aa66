/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "loss.h"

#include <math.h>
#include <stddef.h>

#include "compare/statistics.h"

static const double alpha = 0.01, z = 1.96;

enum { TAIL = 2 };

void loss_init(struct loss *l)
{
	l->count = 0;
}

const struct loss_flow *loss_find(const struct loss *l, unsigned flow)
{
	for (unsigned i = 0; i < l->count; i++) {
		if (l->flows[i].flow == flow)
			return &l->flows[i];
	}
	return NULL;
}

static struct loss_flow *find_or_add(struct loss *l, unsigned flow)
{
	for (unsigned i = 0; i < l->count; i++) {
		if (l->flows[i].flow == flow)
			return &l->flows[i];
	}
	if (l->count == LOSS_FLOWS)
		return NULL;
	l->flows[l->count] = (struct loss_flow){ .flow = (uint16_t)flow };
	return &l->flows[l->count++];
}

/* The first hop of the unanswered end of a sweep, which has to be long enough to be no router's own silence; or 0. */
static unsigned tail_of(unsigned distance, uint64_t sent, uint64_t answered)
{
	unsigned first = 0, length = 0;

	for (unsigned hop = distance; hop > 0 && !(answered >> (hop - 1) & 1); hop--) {
		if (!(sent >> (hop - 1) & 1))
			continue;
		first = hop;
		length++;
	}
	return length >= TAIL ? first : 0;
}

void loss_add(struct loss *l, unsigned flow, unsigned distance, uint64_t sent, uint64_t answered)
{
	struct loss_flow *f = find_or_add(l, flow);

	if (!f || !distance || distance > LOSS_HOPS)
		return;
	f->distance = (uint8_t)distance;
	f->sweeps++;
	for (unsigned hop = 1; hop <= distance; hop++) {
		f->sent[hop] += sent >> (hop - 1) & 1;
		f->answered[hop] += sent >> (hop - 1) & answered >> (hop - 1) & 1;
	}
	f->tails[tail_of(distance, sent, answered)]++;
}

void loss_fade(struct loss *l, unsigned flow, unsigned sweeps)
{
	struct loss_flow *f = loss_find(l, flow) ? find_or_add(l, flow) : NULL;

	if (!f || f->sweeps < sweeps)
		return;
	f->sweeps /= 2;
	for (unsigned hop = 0; hop <= LOSS_HOPS; hop++) {
		const uint32_t lost = (f->sent[hop] - f->answered[hop]) / 2;

		f->sent[hop] /= 2;
		f->answered[hop] = f->sent[hop] - lost;
		f->tails[hop] /= 2;
	}
}

void loss_sum(struct loss_flow *sum, const struct loss_flow *f)
{
	sum->distance = f->distance;
	sum->sweeps += f->sweeps;
	for (unsigned hop = 0; hop <= LOSS_HOPS; hop++) {
		sum->sent[hop] += f->sent[hop];
		sum->answered[hop] += f->answered[hop];
		sum->tails[hop] += f->tails[hop];
	}
}

static struct loss_share share_of(uint32_t lost, uint32_t sent)
{
	struct loss_share share = { .lost = lost, .sent = sent, .most = 1 };

	if (sent)
		statistics_interval(lost, sent, z, &share.least, &share.most);
	return share;
}

struct loss_share loss_of_target(const struct loss_flow *f)
{
	return share_of(f->sent[f->distance] - f->answered[f->distance], f->sent[f->distance]);
}

struct loss_share loss_of_tails(const struct loss_flow *f, unsigned hop)
{
	return share_of(f->tails[hop], f->sweeps);
}

struct pool {
	uint32_t lost, sent;
};

static void pool_add(struct pool *pool, const struct loss_flow *f, unsigned hop)
{
	pool->lost += f->sent[hop] - f->answered[hop];
	pool->sent += f->sent[hop];
}

static double rate(struct pool p)
{
	return p.sent ? (double)p.lost / p.sent : 0;
}

/* The logarithm of the likelihood of these losses at their own rate. */
static double likelihood(struct pool p)
{
	double share = rate(p), sum = 0;

	if (p.lost)
		sum += p.lost * log(share);
	if (p.lost < p.sent)
		sum += (p.sent - p.lost) * log(1 - share);
	return sum;
}

/* A router that misses more than the target does so by itself: its answers say nothing of links. */
static bool is_own(const struct loss_flow *f, unsigned hop, struct pool target)
{
	struct pool own = { 0 };

	if (hop == f->distance)
		return false;
	pool_add(&own, f, hop);
	return rate(own) > rate(target) && statistics_exact_test(own.lost, own.sent, target.lost, target.sent) <= alpha;
}

unsigned loss_locate(const struct loss_flow *f)
{
	struct pool target = { 0 }, best_before = { 0 };
	double most = -INFINITY;
	uint64_t own = 0; /* bits by hop - 1 */
	unsigned found = 0;

	pool_add(&target, f, f->distance);
	for (unsigned hop = 1; target.lost && hop <= f->distance; hop++)
		own |= (uint64_t)is_own(f, hop, target) << (hop - 1);
	for (unsigned begin = 1; target.lost && begin <= f->distance; begin++) {
		struct pool before = { 0 }, behind = { 0 };
		double sum;

		for (unsigned hop = 1; hop <= f->distance; hop++) {
			if (f->sent[hop] && !(own >> (hop - 1) & 1))
				pool_add(hop < begin ? &before : &behind, f, hop);
		}
		sum = likelihood(before) + likelihood(behind);
		if (rate(behind) > rate(before) && sum > most) {
			most = sum;
			found = begin;
			best_before = before;
		}
	}
	if (!best_before.sent)
		best_before.sent = target.sent; /* the very first link: compared with none lost */
	if (!found || statistics_exact_test(best_before.lost, best_before.sent, target.lost, target.sent) > alpha)
		return 0;
	return found;
}
