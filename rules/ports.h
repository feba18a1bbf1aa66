/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports that are excluded from probes: routing, liveness and tunnel protocols.
 *
 * A set is plain memory of fixed size, sorted, without overlaps. What does not
 * fit is refused, never dropped silently.
 */
#ifndef UTURN_RULES_PORTS_H
#define UTURN_RULES_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	PORTS_MAX = 128,
	PORTS_PER_RULE = 15 /* XT_MULTI_PORTS; a range takes two */
};

struct port_range {
	uint16_t first, last;
};

struct ports {
	struct port_range range[PORTS_MAX];
	unsigned count;
};

void ports_default_udp(struct ports *p);
void ports_default_tcp(struct ports *p);

/*
 * Adds a LIST such as "udp:5000-5010,tcp:8080,443" (no protocol: both).
 * Returns 0, or -1 with why filled in and the sets changed in part.
 */
int ports_parse(const char *list, struct ports *udp, struct ports *tcp, char *why, size_t why_size);

/*
 * Writes the ranges from `next` on that fit one multiport match, as
 * "520,521,3784:3785", and returns the next one to write; p->count when done.
 */
unsigned ports_write(const struct ports *p, unsigned next, FILE *out);

/* The longest range of at least two ports from 1024 on with none of these in it; returns whether there is one. */
bool ports_free(const struct ports *p, struct port_range *found);

#endif
