/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From JSON to traces that are kept: whatever form it has, its prefixes are cut
 * and autonomous systems are looked up.
 */
#ifndef UTURN_HISTORY_INTAKE_H
#define UTURN_HISTORY_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "kept.h"

struct databases;

struct intake {
	const char *host; /* of traces that do not name one */
	bool is_full; /* keep addresses of probers, and not their prefixes */
	const struct databases *databases; /* NULL: no AS is known */
	/* Gets each trace, which becomes the callee's: false ends it. An AS with its name comes before. */
	bool (*told)(void *owner, struct kept *k);
	void (*named)(void *owner, uint32_t asn, const char *name); /* may be NULL */
	void *owner;
};

/* False with words: it is not a trace. True also where told() ended it. */
bool intake_take(const struct intake *in, const char *text, size_t len, char *why, size_t why_size);

#endif
