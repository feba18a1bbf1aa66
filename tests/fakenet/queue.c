/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/queue.h"

#include <stdlib.h>
#include <string.h>

struct item {
	uint64_t at_ns, number;
	uint8_t *bytes;
	size_t len;
};

struct queue {
	struct item *items;
	size_t count, room;
	uint64_t pushed;
	uint8_t *lent;
};

struct queue *queue_open(void)
{
	struct queue *q = calloc(1, sizeof(*q));

	if (!q)
		abort();
	return q;
}

void queue_close(struct queue *q)
{
	while (q->count)
		queue_pop(q);
	free(q->lent);
	free(q->items);
	free(q);
}

static bool is_before(const struct item *a, const struct item *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->number < b->number;
}

void queue_push(struct queue *q, uint64_t at_ns, struct span packet)
{
	struct item new = { at_ns, q->pushed++, malloc(packet.len + 1), packet.len };
	size_t at = q->count++;

	if (q->count > q->room) {
		q->room = q->room ? q->room * 2 : 64;
		q->items = reallocarray(q->items, q->room, sizeof(*q->items));
	}
	if (!new.bytes || !q->items)
		abort();
	memcpy(new.bytes, packet.at, packet.len);
	for (; at && is_before(&new, &q->items[(at - 1) / 2]); at = (at - 1) / 2)
		q->items[at] = q->items[(at - 1) / 2];
	q->items[at] = new;
}

uint64_t queue_next_ns(const struct queue *q)
{
	return q->count ? q->items[0].at_ns : UINT64_MAX;
}

struct span queue_pop(struct queue *q)
{
	const struct item first = q->items[0], last = q->items[--q->count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= q->count)
			break;
		if (child + 1 < q->count && is_before(&q->items[child + 1], &q->items[child]))
			child++;
		if (!is_before(&q->items[child], &last))
			break;
		q->items[at] = q->items[child];
		at = child;
	}
	q->items[at] = last;
	if (q->lent != first.bytes)
		free(q->lent);
	q->lent = first.bytes;
	return span_of(first.bytes, first.len);
}
