/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may ask, and how often: allow and deny prefixes, and a rate for each
 * prober, for each network (a v4 /24, a v6 /48) and for all together.
 *
 * Where all together want more than there is, networks share the total
 * (fair_share.h; uturnd.conf(5), LIMITS).
 *
 * The table of networks is of fixed size. Times are in ns and only grow.
 */
#ifndef UTURN_ENGINE_POLICY_H
#define UTURN_ENGINE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/bucket.h"
#include "engine/prober.h"
#include "engine/settings.h"
#include "packet/addr.h"
#include "packet/prefix_set.h"
#include "packet/reason.h"

/* In seconds: a prober that was accepted so lately may go on while others are refused (policy_drain()). */
enum { POLICY_DRAIN_KNOWN_S = 30 };

struct network;

struct policy {
	const struct engine_settings *settings;
	struct probers *probers;
	struct network *networks;
	struct bucket total;
	uint32_t set_mask; /* number of sets less one */
	uint64_t key[2];
	struct prefix_set denied; /* beside the settings; may change between calls */
	uint64_t drain_until_ns; /* until when new probers are refused; 0: they are not */
};

size_t policy_bytes(uint32_t in_flight);
/*
 * memory: policy_bytes(in_flight) of zeroes, aligned for any type; settings,
 * which may change between calls, and probers are borrowed for good; key: random.
 */
void policy_init(struct policy *p, void *memory, uint32_t in_flight, const struct engine_settings *settings,
	struct probers *probers, const uint64_t key[2]);

/* Is it refused as a bogon, which no prefix names? */
bool policy_is_denied_by_default(const struct addr *prober, const struct engine_settings *s);

/*
 * Until that time probers are refused as DRAINING unless they were accepted within the last POLICY_DRAIN_KNOWN_S, so
 * that traces that have begun can end. 0, or a time that has passed: none is refused.
 */
void policy_drain(struct policy *p, uint64_t until_ns);
bool policy_is_draining(const struct policy *p, uint64_t now_ns);

/* May this prober have one more answer now? If so it counts as given. *entry is lent until the next call. */
enum reason policy_check(struct policy *p, const struct addr *prober, uint64_t now_ns, struct prober **entry);

#endif
