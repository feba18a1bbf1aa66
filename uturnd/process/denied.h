/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The prefixes of deny-file, in memory that all workers share: read once, by
 * the process that can read files. There are two buffers; a new list goes into
 * the one that is not in use, and which one that is travels over the channels.
 * A worker that has not heard of the last list but one may read what is being
 * written, and then decides wrongly, for that moment, about who is denied.
 */
#ifndef UTURN_PROCESS_DENIED_H
#define UTURN_PROCESS_DENIED_H

#include "packet/prefix_set.h"

struct denied;
struct deny_list;

/* Where a list is, and its size. */
struct denied_place {
	uint32_t buffer, count4, count6;
};

/* Address space for the largest lists, of which only what is written takes memory. Returns NULL with errno set. */
struct denied *denied_open(void);
void denied_close(struct denied *d); /* d may be NULL */

struct denied_place denied_write(struct denied *d, const struct denied_place *in_use, const struct deny_list *list);
struct prefix_set denied_set(const struct denied *d, const struct denied_place *place);

#endif
