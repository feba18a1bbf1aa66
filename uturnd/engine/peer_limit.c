/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/peer_limit.h"

#include "engine/prefix_hash.h"

enum { SECOND_NS = 1000 * 1000 * 1000 };

bool peer_limit_take(struct peer_limit *l, const struct addr *router, uint64_t now_ns)
{
	const struct prefix prefix = prefix_of_network(router);
	const uint64_t hash = prefix_hash_tag(l->key, &prefix, PREFIX_HASH_ROUTER);
	uint32_t had;
	struct fair_share *share = fair_share_place(&l->routers[FAIR_SHARE_WAYS * (hash >> 1 & (PEER_LIMIT_SETS - 1))],
		sizeof(*share), hash, now_ns, &had);
	const uint64_t cost_ns = SECOND_NS / l->rate;

	if (share->hash != hash)
		*share = (struct fair_share){ .hash = hash };
	if (!bucket_has(&l->total, cost_ns, fair_share_ns(SECOND_NS, had), now_ns))
		return false;
	bucket_take(&l->total, cost_ns, now_ns);
	fair_share_remember(share, now_ns);
	return true;
}
