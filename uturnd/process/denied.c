/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/denied.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "config/deny_list.h"

struct denied {
	struct {
		struct prefix_span4 spans4[DENY_SPANS];
		struct prefix_span6 spans6[DENY_SPANS];
	} buffers[2];
};

struct denied *denied_open(void)
{
	void *d = mmap(NULL, sizeof(struct denied), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
		-1, 0);

	return d == MAP_FAILED ? NULL : d;
}

void denied_close(struct denied *d)
{
	if (d)
		munmap(d, sizeof(*d));
}

struct denied_place denied_write(struct denied *d, const struct denied_place *in_use, const struct deny_list *list)
{
	const struct denied_place place = { !in_use->buffer, list->count4, list->count6 };

	if (place.count4)
		memcpy(d->buffers[place.buffer].spans4, list->spans4, place.count4 * sizeof(list->spans4[0]));
	if (place.count6)
		memcpy(d->buffers[place.buffer].spans6, list->spans6, place.count6 * sizeof(list->spans6[0]));
	return place;
}

struct prefix_set denied_set(const struct denied *d, const struct denied_place *place)
{
	return (struct prefix_set){ d->buffers[place->buffer % 2].spans4, d->buffers[place->buffer % 2].spans6,
		place->count4, place->count6 };
}
