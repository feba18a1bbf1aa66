/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_pace.h"

static const uint64_t quiet_ns = 300000000, longest_ns = 2000000000;
static const uint64_t between_ns = 5000000000, contested_ns = 60000000000;
/* One repair a minute, each a bit late, is a contest still. */
static const uint64_t contest_ns = 600000000000, forgotten_ns = 660000000000;

void keep_pace_changed(struct keep_pace *p, uint64_t now_ns)
{
	if (!p->is_changed)
		p->first_ns = now_ns;
	p->is_changed = true;
	p->last_ns = now_ns;
}

void keep_pace_compare(struct keep_pace *p, uint64_t at_ns)
{
	if (!p->is_due || at_ns < p->at_ns)
		p->at_ns = at_ns;
	p->is_due = true;
}

uint64_t keep_pace_due(const struct keep_pace *p)
{
	uint64_t due_ns = p->is_due ? p->at_ns : KEEP_PACE_NEVER;
	uint64_t quiet_from_ns;

	if (!p->is_changed)
		return due_ns;
	quiet_from_ns = p->last_ns + quiet_ns;
	if (quiet_from_ns > p->first_ns + longest_ns)
		quiet_from_ns = p->first_ns + longest_ns;
	return quiet_from_ns < due_ns ? quiet_from_ns : due_ns;
}

void keep_pace_compared(struct keep_pace *p)
{
	p->is_changed = p->is_due = false;
}

/* The time since the repair that is nine before the last. */
static bool are_within(const struct keep_pace *p, uint64_t now_ns, uint64_t span_ns)
{
	return p->repairs >= KEEP_PACE_REPAIRS && now_ns - p->repair_ns[p->repairs % KEEP_PACE_REPAIRS] < span_ns;
}

bool keep_pace_is_contested(const struct keep_pace *p, uint64_t now_ns)
{
	return p->is_contested && are_within(p, now_ns, forgotten_ns);
}

uint64_t keep_pace_repair_from(const struct keep_pace *p, uint64_t now_ns)
{
	uint64_t last_ns = p->repair_ns[(p->repairs + KEEP_PACE_REPAIRS - 1) % KEEP_PACE_REPAIRS];

	if (p->repairs == 0)
		return 0;
	return last_ns + (keep_pace_is_contested(p, now_ns) ? contested_ns : between_ns);
}

void keep_pace_repaired(struct keep_pace *p, uint64_t now_ns)
{
	p->repair_ns[p->repairs % KEEP_PACE_REPAIRS] = now_ns;
	p->repairs++;
	p->is_contested = keep_pace_is_contested(p, now_ns) || are_within(p, now_ns, contest_ns);
}
