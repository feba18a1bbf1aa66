/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that one engine knows: the tables, what it was told to do, and what it
 * did. engine.c takes the events and hands each to a front end, which works on
 * this: uturn.c turns the probes of ordinary traceroutes, request.c serves
 * uturn-request(7), inband.c traces TCP connections of this host.
 */
#ifndef UTURN_ENGINE_STATE_H
#define UTURN_ENGINE_STATE_H

#include <stdint.h>

#include "engine/activity.h"
#include "engine/event.h"
#include "engine/flights.h"
#include "engine/inband_table.h"
#include "engine/pace.h"
#include "engine/policy.h"
#include "engine/prober.h"
#include "engine/settings.h"
#include "engine/shard.h"
#include "engine/traces.h"
#include "packet/reason.h"

struct engine {
	struct engine_settings settings;
	struct flights flights;
	struct probers probers;
	struct policy policy;
	struct pace pace;
	struct inband_table inband;
	struct shard shard;
	uint64_t requests; /* that got a probe; no two have the same key */
	struct event event; /* the last one, already counted */
	uint64_t counters[REASON_COUNT];
	struct activity activity;
	struct traces *traces; /* NULL: none are kept */
};

#endif
