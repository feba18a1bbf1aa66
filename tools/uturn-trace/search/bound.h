/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many flows it takes to have seen all that a balancer spreads them over,
 * and how much may be missed after fewer.
 *
 * The rule is that of the Multipath Detection Algorithm: where all of k ways
 * are equally likely, n flows miss one of them with a probability of at most
 * k ((k - 1) / k)^n. So k - 1 ways that n flows have shown are all there are,
 * but for that probability.
 */
#ifndef UTURN_TRACE_SEARCH_BOUND_H
#define UTURN_TRACE_SEARCH_BOUND_H

/* The share of each balancer, so that a graph with so many is missed nothing of but for the confidence. */
double bound_share(double confidence, unsigned balancers);

/* Flows that show k ways, k >= 2, where log_e is the logarithm of the balancer's share: n(k). */
unsigned bound_flows(double log_e, unsigned k);

/* What may be missed where n flows have shown `ways`; 0..1. */
double bound_reached(unsigned ways, unsigned n);

/* Of a graph, from the largest share of any of its balancers. */
double bound_graph(double share, unsigned balancers);

#endif
