/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of whether two samples differ by more than chance. Each answers with a
 * p-value, 0..1: how often chance alone makes a difference as large.
 */
#ifndef UTURN_COMPARE_STATISTICS_H
#define UTURN_COMPARE_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

/* C(b, x) / C(a + b, x): that x things which fell to b of a + b places fell to none of the a. */
double statistics_unseen(unsigned x, unsigned b, unsigned a);

/* Mann-Whitney, two-sided, by the normal approximation with ties: 8 values each or more. Both are sorted in place. */
double statistics_rank_test(uint32_t *before, unsigned before_count, uint32_t *after, unsigned after_count);

/* Fisher's exact test, two-sided: lost of sent, before and after. */
double statistics_exact_test(unsigned lost_before, unsigned sent_before, unsigned lost_after, unsigned sent_after);

/* Of values in order. */
uint32_t statistics_median(const uint32_t *sorted, unsigned count);

/* Wilson's interval for a share of x of n, n > 0, at z standard deviations (1.96: 95 %). */
void statistics_interval(unsigned x, unsigned n, double z, double *least, double *most);

/* Holm's step for the rank-th (0..) smallest of `count` p-values: is it significant at alpha, as all smaller ones are? */
bool statistics_holm(double p, unsigned rank, unsigned count, double alpha);

#endif
