/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/statistics.h"

#include <math.h>

double statistics_unseen(unsigned x, unsigned b, unsigned a)
{
	double p = 1;

	if (x > b)
		return 0;
	for (unsigned i = 0; i < x; i++)
		p *= (double)(b - i) / (double)(a + b - i);
	return p;
}

static void sift(uint32_t *values, unsigned at, unsigned count)
{
	uint32_t value = values[at];

	for (unsigned child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && values[child + 1] > values[child])
			child++;
		if (values[child] <= value)
			break;
		values[at] = values[child];
	}
	values[at] = value;
}

/* Heapsort: no more memory than there is, and no more time for some orders than for others. */
static void sort(uint32_t *values, unsigned count)
{
	for (unsigned at = count / 2; at-- > 0;)
		sift(values, at, count);
	while (count > 1) {
		uint32_t last = values[--count];

		values[count] = values[0];
		values[0] = last;
		sift(values, 0, count);
	}
}

/* Steps over all values that equal the least of both. */
static void take_least(const uint32_t *a, unsigned *a_at, unsigned a_count, const uint32_t *b, unsigned *b_at,
	unsigned b_count)
{
	uint32_t least = *a_at < a_count ? a[*a_at] : b[*b_at];

	if (*b_at < b_count && b[*b_at] < least)
		least = b[*b_at];
	while (*a_at < a_count && a[*a_at] == least)
		++*a_at;
	while (*b_at < b_count && b[*b_at] == least)
		++*b_at;
}

double statistics_rank_test(uint32_t *before, unsigned before_count, uint32_t *after, unsigned after_count)
{
	double m = before_count, n = after_count, all = m + n;
	double rank_sum = 0, ties = 0, u, deviation, distance;
	unsigned i = 0, j = 0;

	if (!before_count || !after_count)
		return 1;
	sort(before, before_count);
	sort(after, after_count);
	while (i < before_count || j < after_count) {
		unsigned i_first = i, passed = i + j;
		double tied;

		take_least(before, &i, before_count, after, &j, after_count);
		tied = i + j - passed;
		rank_sum += (i - i_first) * (passed + (tied + 1) / 2);
		ties += tied * tied * tied - tied;
	}
	u = rank_sum - m * (m + 1) / 2;
	deviation = sqrt(m * n / 12 * (all + 1 - ties / (all * (all - 1))));
	distance = fabs(u - m * n / 2) - 0.5;
	if (deviation <= 0 || distance <= 0)
		return 1;
	return erfc(distance / deviation / sqrt(2));
}

static double log_choose(unsigned n, unsigned k)
{
	double sum = 0;

	for (unsigned i = 0; i < k; i++)
		sum += log((double)(n - i) / (i + 1));
	return sum;
}

double statistics_exact_test(unsigned lost_before, unsigned sent_before, unsigned lost_after, unsigned sent_after)
{
	const double rounding = 1e-7;
	unsigned lost = lost_before + lost_after, sent = sent_before + sent_after;
	unsigned least = lost > sent_after ? lost - sent_after : 0, most = lost < sent_before ? lost : sent_before;
	double all = log_choose(sent, lost), sum = 0, seen;

	seen = exp(log_choose(sent_before, lost_before) + log_choose(sent_after, lost_after) - all);
	for (unsigned k = least; k <= most; k++) {
		double p = exp(log_choose(sent_before, k) + log_choose(sent_after, lost - k) - all);

		if (p <= seen * (1 + rounding))
			sum += p;
	}
	return sum < 1 ? sum : 1;
}

uint32_t statistics_median(const uint32_t *sorted, unsigned count)
{
	if (!count)
		return 0;
	if (count % 2)
		return sorted[count / 2];
	return (uint32_t)(((uint64_t)sorted[count / 2 - 1] + sorted[count / 2]) / 2);
}

void statistics_interval(unsigned x, unsigned n, double z, double *least, double *most)
{
	double p = (double)x / n, square = z * z / n;
	double middle = (p + square / 2) / (1 + square);
	double half = z * sqrt(p * (1 - p) / n + square / (4 * (double)n)) / (1 + square);

	*least = middle - half > 0 ? middle - half : 0;
	*most = middle + half < 1 ? middle + half : 1;
}

bool statistics_holm(double p, unsigned rank, unsigned count, double alpha)
{
	return p <= alpha / (count - rank);
}
