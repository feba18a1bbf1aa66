/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uturnd's replies say about a trace, with what databases and names add
 * to it, as a record; and which routers still wait for their name.
 */
#ifndef UTURN_WEB_VISIT_HOPS_H
#define UTURN_WEB_VISIT_HOPS_H

#include "record.h"

struct control_reply;
struct databases;
struct names;

struct visit_hops {
	struct record record;
	uint64_t first_ns[RECORD_HOPS + 1]; /* when a hop's first answer came */
	bool is_waiting[RECORD_ROUTERS]; /* for its name */
};

void visit_hops_answer(struct visit_hops *h, struct control_reply *reply, const struct databases *d, struct names *n,
	uint64_t now_ns);
void visit_hops_end(struct visit_hops *h, const struct control_reply *reply);
/* A look-up has ended, "": without a name. False: no router of this trace waited for it. */
bool visit_hops_name(struct visit_hops *h, const struct addr *a, const char *name);
bool visit_hops_wait_for_names(const struct visit_hops *h);
/*
 * Text shows a hop a moment after its first answer, when its other answers are likely to be there. Returns when the
 * next one is due; 0: none.
 */
uint64_t visit_hops_settle(struct visit_hops *h, uint64_t now_ns);

#endif
