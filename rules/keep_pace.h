/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the rules of one family are compared, and when they may be applied
 * again. Pure: the time is an argument, CLOCK_MONOTONIC in ns. A struct
 * keep_pace is plain memory and starts as zeroes.
 *
 * Another program changes its rules in several transactions. They are compared
 * once none came for 0.3 s, 2 s after the first at the latest, so that it is not disturbed, and
 * the host is not without rules for long.
 */
#ifndef UTURN_RULES_KEEP_PACE_H
#define UTURN_RULES_KEEP_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { KEEP_PACE_REPAIRS = 10 };

#define KEEP_PACE_NEVER UINT64_MAX

struct keep_pace {
	bool is_changed, is_due; /* due: to be compared at at_ns, whatever changes */
	uint64_t first_ns, last_ns; /* of the changes since the last comparison */
	uint64_t at_ns;
	uint64_t repair_ns[KEEP_PACE_REPAIRS]; /* the last ones, a ring */
	unsigned repairs; /* of all time */
	bool is_contested; /* at the last one */
};

/* Somebody has changed the tables. */
void keep_pace_changed(struct keep_pace *p, uint64_t now_ns);
/* Compare at this time: the earlier one where there is such a time already. */
void keep_pace_compare(struct keep_pace *p, uint64_t at_ns);
/* When to compare; KEEP_PACE_NEVER: not before something changes. */
uint64_t keep_pace_due(const struct keep_pace *p);
/* It is being compared: forgets what has asked for it. */
void keep_pace_compared(struct keep_pace *p);

/* From when on the next repair is permitted: 5 s after the last, a minute where is_contested. */
uint64_t keep_pace_repair_from(const struct keep_pace *p, uint64_t now_ns);
/* A repair, successful or not. */
void keep_pace_repaired(struct keep_pace *p, uint64_t now_ns);
/* Were there ten repairs in ten minutes, and has that not ended since? */
bool keep_pace_is_contested(const struct keep_pace *p, uint64_t now_ns);

#endif
