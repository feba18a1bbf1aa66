/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "common/text.h"
#include "diff_parts.h"

/* The group of an address: 1 + the first router of it, or of the address itself; 0: it was not met. */
static uint32_t group_of(const struct trace_record *r, const struct addr *a)
{
	for (uint32_t i = 0; i < r->router_count; i++)
		if (a->family && addr_equal(&r->routers[i].addr, a))
			return r->routers[i].same_as ? r->routers[i].same_as : i + 1;
	return 0;
}

/* Another address of this group that the other trace has met, and does not know to be of the same router; NULL: none. */
static const struct addr *find_apart(const struct trace_record *r, const struct trace_record *other, uint32_t first)
{
	const uint32_t group = group_of(other, &r->routers[first].addr);

	for (uint32_t i = first + 1; i < r->router_count && group; i++) {
		const struct addr *a = &r->routers[i].addr;
		const uint32_t there = r->routers[i].same_as == first + 1 ? group_of(other, a) : 0;

		/* the same address of another direction has another index */
		if (there && there != group && !addr_equal(a, &r->routers[first].addr))
			return a;
	}
	return NULL;
}

/* Evidence may be missing by chance: not counted as a change. */
static void tell_groups(struct diff *d, const struct trace_record *r, const struct trace_record *other,
	const char *word)
{
	for (uint32_t i = 0; i < r->router_count; i++) {
		const struct record_router *router = &r->routers[i];
		const struct addr *apart = router->same_as == i + 1 ? find_apart(r, other, i) : NULL;
		char what[DIFF_WORDS], one[ADDR_TEXT_SIZE], two[ADDR_TEXT_SIZE];

		if (!apart)
			continue;
		snprintf(what, sizeof(what), "%s, %s one router only %s", addr_text(&router->addr, one),
			addr_text(apart, two), word);
		d->direction = router->direction;
		diff_line(d, router->hops ? (unsigned)__builtin_ctzll(router->hops) + 1 : 0, false, "maybe", what, "");
	}
}

void diff_aliases(struct diff *d)
{
	const struct trace_record *before = d->records[DIFF_BEFORE], *after = d->records[DIFF_AFTER];

	if (!before->has_aliases || !after->has_aliases)
		return;
	tell_groups(d, before, after, "before");
	tell_groups(d, after, before, "after");
}
