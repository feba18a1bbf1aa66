/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and AS numbers of the routers of a record. */
#ifndef UTURN_TRACE_KNOWN_H
#define UTURN_TRACE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "record/trace_record.h"
#include "trace_options.h"

struct ev_loop;
struct databases;

struct names;

struct known {
	struct databases *databases;
	struct names *names; /* NULL: none was looked up yet; else what was found is kept for the next record */
	/* of a look-up of a record's names */
	struct ev_loop *ev;
	struct trace_record *record; /* NULL: no one waits */
	unsigned pending;
	bool is_asking, is_told; /* within names_find(), by which it was told at once */
};

/* Opens the files of --mmdb. Returns 0, or a negative errno with words in why. */
int known_open(struct known *k, const struct trace_options *o, char *why, size_t why_size);
void known_close(struct known *k);

/* Fills names and AS numbers in; waits for name servers, but not long. Any number of times, on one loop. */
void known_add(struct known *k, struct ev_loop *ev, const struct trace_options *o, struct trace_record *r);

#endif
