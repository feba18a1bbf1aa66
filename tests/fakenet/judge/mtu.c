/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/judge/mtu.h"

#include <stdio.h>

#include "tests/fakenet/walk.h"

/* Where packets meet a link that takes less than all before it. */
static unsigned falls_of(const struct network *n, struct record_fall falls[RECORD_FALLS])
{
	uint16_t at = NETWORK_SOURCE, links[NETWORK_WAYS];
	unsigned mtu = n->mtu, count = 0, hop = 0;

	for (; at != NETWORK_TARGET && walk_links(n, at, NETWORK_TARGET, links); hop++) {
		const struct link *l = &n->links[links[0]];

		if (l->mtu && l->mtu < mtu && count < RECORD_FALLS) {
			falls[count++] = (struct record_fall){ .hop = (uint8_t)hop,
				.mtu = l->mtu,
				.is_black_hole = !l->is_reported || n->routers[at].is_silent };
			mtu = l->mtu;
		}
		at = l->to;
	}
	return count;
}

static void write_falls(const struct record_fall *falls, unsigned count, char *text, size_t size)
{
	size_t len = 0;

	snprintf(text, size, "none");
	for (unsigned i = 0; i < count && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%u%s behind %u", i ? ", " : "", falls[i].mtu,
			falls[i].is_black_hole ? " (black hole)" : "", falls[i].hop);
}

/* Nobody tells a fall in front of a silent router from one behind it. */
static bool is_near(const struct network *n, unsigned found, unsigned wanted)
{
	uint16_t at = NETWORK_SOURCE, links[NETWORK_WAYS];
	bool is_known = false;

	for (unsigned hop = 0; hop <= wanted && walk_links(n, at, NETWORK_TARGET, links); hop++) {
		is_known |= hop > found && !n->routers[at].is_silent;
		at = n->links[links[0]].to;
	}
	return found <= wanted && !is_known;
}

void mtu_judge(const struct network *n, const struct plan *p, const struct trace_record *r, struct verdict *v)
{
	const struct record_mtu *found = &r->mtu[RECORD_THERE];
	struct record_fall falls[RECORD_FALLS];
	unsigned count, path;
	char wanted[200], got[200];
	bool is_equal;

	if (!p->wants_mtu || v->is_wrong)
		return;
	count = falls_of(n, falls);
	path = count ? falls[count - 1].mtu : n->mtu;
	is_equal = found->fall_count == count && found->path == path && found->first == n->mtu;
	for (unsigned i = 0; i < count && is_equal; i++)
		is_equal = is_near(n, found->falls[i].hop, falls[i].hop) && falls[i].mtu == found->falls[i].mtu &&
			falls[i].is_black_hole == found->falls[i].is_black_hole;
	if (is_equal)
		return;
	write_falls(falls, count, wanted, sizeof(wanted));
	write_falls(found->falls, found->fall_count, got, sizeof(got));
	/* what it says that it does not know is missing */
	v->is_wrong = !found->is_cut_off;
	v->is_complete = false;
	snprintf(v->words, sizeof(v->words), "mtu %u, of %u: %s, of %s", found->path, path, got, wanted);
}
