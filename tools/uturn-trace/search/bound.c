/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bound.h"

#include <math.h>

double bound_share(double confidence, unsigned balancers)
{
	return 1 - pow(1 - confidence, 1.0 / (balancers + 1));
}

unsigned bound_flows(double log_e, unsigned k)
{
	double n = (log_e - log(k)) / (log(k - 1) - log(k));

	return (unsigned)ceil(n);
}

double bound_reached(unsigned ways, unsigned n)
{
	double k = ways + 1.0, missed = k * pow((k - 1) / k, n);

	return missed < 1 ? missed : 1;
}

double bound_graph(double share, unsigned balancers)
{
	return 1 - pow(1 - share, balancers + 1.0);
}
