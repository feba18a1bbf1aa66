/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "variation.h"

static bool is_equal(const struct variation *a, const struct variation *b)
{
	return addr_equal(&a->to, &b->to) && a->port == b->port && a->size == b->size && a->label == b->label &&
		a->tos == b->tos && a->has_label == b->has_label && a->has_tos == b->has_tos;
}

int variation_find(struct variations *v, const struct variation *one)
{
	for (unsigned i = 0; i <= v->count; i++)
		if (is_equal(&v->list[i], one))
			return (int)i;
	if (v->count + 1 == VARIATIONS)
		return -1;
	v->list[++v->count] = *one;
	return (int)v->count;
}
