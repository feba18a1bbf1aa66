/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which events `uturnctl watch` shows: of probers in a prefix, and of some names. Plain memory; zeroes let all through. */
#ifndef UTURNCTL_EVENT_FILTER_H
#define UTURNCTL_EVENT_FILTER_H

#include <jansson.h>
#include <stdbool.h>

#include "packet/addr.h"
#include "packet/reason.h"

struct event_filter {
	bool has_prefix, has_reasons;
	struct prefix prefix;
	bool reasons[REASON_COUNT];
};

/* False after an error message. */
bool event_filter_prefix(struct event_filter *f, const char *text);
/* One more event that is wanted, by its name; false after an error message. */
bool event_filter_event(struct event_filter *f, const char *name);

/* A line that tells how many events were lost is always wanted. */
bool event_filter_wants(const struct event_filter *f, const json_t *event);

#endif
