/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/expand.h"

#include <string.h>

#include "tests/fakenet/walk.h"

struct level {
	unsigned count;
	struct spot spots[EXPAND_SPOTS];
};

struct expansion {
	const struct network *n;
	bool is_back;
	unsigned hop;
	expand_seen *seen;
	void *owner;
};

static void add_spot(struct level *l, const struct spot *s)
{
	for (unsigned i = 0; i < l->count; i++)
		if (memcmp(&l->spots[i], s, sizeof(*s)) == 0)
			return;
	if (l->count < EXPAND_SPOTS)
		l->spots[l->count++] = *s;
}

static struct look change(const struct router *r, struct look look)
{
	if (r->dscp >= 0)
		look.tos = (uint8_t)((look.tos & 3) | r->dscp << 2);
	if (r->ecn >= 0)
		look.tos = (uint8_t)((look.tos & 0xfc) | r->ecn);
	if (r->label >= 0)
		look.label = (uint32_t)r->label;
	if (r->mss && r->mss < look.mss)
		look.mss = (uint16_t)r->mss;
	if (r->nat)
		look.nat = (uint8_t)r->nat;
	return look;
}

/* What is one link further, beyond routers that do not count. */
static void add_next(const struct expansion *e, struct level *to, const struct spot *s, unsigned depth)
{
	const uint16_t end = e->is_back ? NETWORK_SOURCE : NETWORK_TARGET;
	uint16_t links[NETWORK_WAYS];
	const unsigned count = s->router == end || depth > EXPAND_HOPS ? 0 : walk_links(e->n, s->router, end, links);

	for (unsigned i = 0; i < count; i++) {
		struct spot next = { e->n->links[links[i]].to, links[i], s->look };

		if (!e->n->routers[next.router].is_hidden) {
			add_spot(to, &next);
			continue;
		}
		next.look = change(&e->n->routers[next.router], next.look);
		add_next(e, to, &next, depth + 1);
	}
}

static void tell(const struct expansion *e, const struct spot *s, unsigned depth)
{
	static struct level beyond[8];
	struct spot passed = *s;

	if (!e->n->routers[s->router].is_zero_ttl || depth == 8) {
		e->seen(e->owner, e->hop, s);
		return;
	}
	beyond[depth].count = 0;
	passed.look = change(&e->n->routers[s->router], passed.look);
	add_next(e, &beyond[depth], &passed, 0);
	for (unsigned i = 0; i < beyond[depth].count; i++)
		tell(e, &beyond[depth].spots[i], depth + 1);
}

void expand_network(const struct network *n, bool is_back, struct look sent, expand_seen *seen, void *owner)
{
	static struct level levels[2];
	struct expansion e = { n, is_back, 1, seen, owner };
	struct spot first = { is_back ? NETWORK_TARGET : NETWORK_SOURCE, NETWORK_NONE, sent };
	struct level *now = &levels[0], *next = &levels[1], *kept;

	now->count = 0;
	add_next(&e, now, &first, 0);
	for (; e.hop <= EXPAND_HOPS && now->count; e.hop++) {
		next->count = 0;
		for (unsigned i = 0; i < now->count; i++) {
			struct spot passed = now->spots[i];

			tell(&e, &passed, 0);
			passed.look = change(&n->routers[passed.router], passed.look);
			if (!n->routers[passed.router].refuse_code)
				add_next(&e, next, &passed, 0);
		}
		kept = now;
		now = next;
		next = kept;
	}
}
