/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/flights.h"

#include <string.h>

#include "engine/flights_chain.h"

enum { DUE_SLOT_NS = 25 * 1000 * 1000 };

static struct flight *at(struct flights *f, uint32_t index)
{
	return index == FLIGHT_NONE ? NULL : &f->pool[index];
}

static uint32_t index_of(const struct flights *f, const struct flight *flight)
{
	return (uint32_t)(flight - f->pool);
}

static uint32_t buckets_for(uint32_t capacity)
{
	uint32_t buckets = 1;

	while (buckets < capacity && buckets < 1U << 31)
		buckets *= 2;
	return buckets;
}

size_t flights_bytes(uint32_t capacity)
{
	return sizeof(struct flight) * capacity + sizeof(uint32_t) * buckets_for(capacity) +
		blocks_bytes(capacity * blocks_for(FLIGHT_ORIGINAL - FLIGHT_HEAD));
}

void flights_init(struct flights *f, void *memory, uint32_t capacity, const uint64_t key[2])
{
	uint32_t buckets = buckets_for(capacity);

	*f = (struct flights){
		.pool = memory,
		.capacity = capacity,
		.bucket_mask = buckets - 1,
		.guesses = FLIGHT_GUESSES,
	};
	f->buckets = (uint32_t *)(f->pool + capacity);
	f->key[0] = key[0];
	f->key[1] = key[1];
	f->age = (struct flight_links){ FLIGHT_NONE, FLIGHT_NONE };
	f->free = FLIGHT_NONE;
	memset(f->buckets, 0xff, sizeof(uint32_t) * buckets);
	blocks_init(&f->rests, f->buckets + buckets);
	memset(f->due, 0xff, sizeof(f->due));
}

/* --- what will be needed, so that it comes from memory meanwhile -------------------------------------------------- */

static void expect(const struct flights *f, uint32_t index)
{
	if (index != FLIGHT_NONE && !(index & FLIGHT_CHAIN_HEAD))
		__builtin_prefetch(&f->pool[index], 1);
}

void flights_expect_removal(const struct flights *f, const struct flight *flight)
{
	expect(f, flight->age.prev);
	expect(f, flight->age.next);
	expect(f, flight->chain.prev);
	expect(f, flight->chain.next);
	if (flight->check_slot) {
		expect(f, flight->due.prev);
		expect(f, flight->due.next);
	}
	if (flight->rest != BLOCK_NONE)
		__builtin_prefetch(&f->rests.pool[flight->rest], 1);
}

/* A flight's memory is first touched when it is first needed. */
static uint32_t take_free(struct flights *f)
{
	uint32_t index = f->free;

	if (index == FLIGHT_NONE)
		return f->out; /* none was ever freed: the first `out` are in use */
	f->free = f->pool[index].age.next;
	if (f->free != FLIGHT_NONE) {
		__builtin_prefetch(&f->pool[f->free], 1);
		__builtin_prefetch(f->pool[f->free].head, 1);
	}
	return index;
}

static void age_add(struct flights *f, struct flight *flight)
{
	uint32_t index = index_of(f, flight);

	flight->age = (struct flight_links){ f->age.prev, FLIGHT_NONE };
	if (f->age.prev != FLIGHT_NONE)
		f->pool[f->age.prev].age.next = index;
	else
		f->age.next = index;
	f->age.prev = index;
}

static void age_remove(struct flights *f, const struct flight *flight)
{
	if (flight->age.next != FLIGHT_NONE)
		f->pool[flight->age.next].age.prev = flight->age.prev;
	else
		f->age.prev = flight->age.prev;
	if (flight->age.prev != FLIGHT_NONE)
		f->pool[flight->age.prev].age.next = flight->age.next;
	else
		f->age.next = flight->age.next;
}

/* Never 0, which says that none is due: then, once in three years, the check is late by a turn of the wheel. */
static uint32_t check_slot_of(uint64_t at_ns)
{
	uint32_t slot = (uint32_t)(at_ns / DUE_SLOT_NS) + 1;

	return slot ? slot : DUE_SLOTS;
}

static uint32_t *due_head(struct flights *f, uint32_t check_slot)
{
	return &f->due[(check_slot - 1) % DUE_SLOTS];
}

void flights_check_never(struct flights *f, struct flight *flight)
{
	if (!flight->check_slot)
		return;
	if (flight->due.next != FLIGHT_NONE)
		f->pool[flight->due.next].due.prev = flight->due.prev;
	if (flight->due.prev != FLIGHT_NONE)
		f->pool[flight->due.prev].due.next = flight->due.next;
	else
		*due_head(f, flight->check_slot) = flight->due.next;
	flight->check_slot = 0;
}

void flights_remove(struct flights *f, struct flight *flight)
{
	flights_chain_remove(f, flight);
	age_remove(f, flight);
	flights_check_never(f, flight);
	blocks_drop(&f->rests, flight->rest);
	flight->age.next = f->free;
	f->free = index_of(f, flight);
	f->out--;
	f->keyed -= flight->kind == FLIGHT_REQUEST;
}

static void evict(struct flights *f)
{
	flights_remove(f, at(f, f->age.next));
	if (f->age.next != FLIGHT_NONE)
		flights_expect_removal(f, at(f, f->age.next)); /* it will be the next */
}

struct flight *flights_add(struct flights *f, const struct flight *identity, struct span original, uint64_t now_ns,
	bool *evicted)
{
	struct flight *flight;

	*evicted = f->out == f->capacity;
	if (*evicted)
		evict(f);
	flight = at(f, take_free(f));
	*flight = *identity;
	flight->sent_ns = now_ns;
	flight->check_slot = 0;
	flight->rest = BLOCK_NONE;
	original = span_head(original, FLIGHT_ORIGINAL);
	if (original.len) {
		memcpy(flight->head, original.at, span_head(original, FLIGHT_HEAD).len);
		flight->rest = blocks_keep(&f->rests, span_tail(original, FLIGHT_HEAD));
	}
	flights_chain_add(f, flight);
	age_add(f, flight);
	f->out++;
	f->keyed += flight->kind == FLIGHT_REQUEST;
	return flight;
}

/* --- what is kept of a probe -------------------------------------------------------------------------------------- */

/* Bytes of the probe that a relay may quote. An echo reply carries all of its request, of which we keep the beginning. */
static size_t quotable(const struct flight *flight)
{
	size_t size = flight->is_six ? (size_t)HEADER_SIZE6 + load_u16(flight->head + IP_LENGTH6)
				     : load_u16(flight->head + IP_LENGTH4);

	if (flight->protocol == ip_icmp_protocol(flight_family(flight)) || size < FLIGHT_ORIGINAL)
		return size;
	return FLIGHT_ORIGINAL;
}

static struct span original_of(const struct flights *f, const struct flight *flight, uint8_t room[FLIGHT_ORIGINAL])
{
	size_t size = quotable(flight);

	if (size > FLIGHT_ORIGINAL)
		size = FLIGHT_ORIGINAL;
	memcpy(room, flight->head, FLIGHT_HEAD);
	memset(room + FLIGHT_HEAD, 0, FLIGHT_ORIGINAL - FLIGHT_HEAD);
	if (size > FLIGHT_HEAD)
		blocks_read(&f->rests, flight->rest, size - FLIGHT_HEAD, room + FLIGHT_HEAD);
	return span_of(room, size);
}

void flights_view(const struct flights *f, struct flight *flight, struct flight_view *view)
{
	view->flight = flight;
	view->from = flight_from(flight);
	view->to = flight_to(flight);
	if (flight->kind == FLIGHT_REQUEST)
		return;
	view->ttl = flight_ttl(flight);
	view->size = quotable(flight);
	view->original = original_of(f, flight, view->room);
}

struct flight *flights_older_than(struct flights *f, uint64_t then_ns)
{
	struct flight *oldest = at(f, f->age.next);

	return oldest && oldest->sent_ns < then_ns ? oldest : NULL;
}

void flights_check_at(struct flights *f, struct flight *flight, uint64_t at_ns)
{
	uint32_t *head;

	flight->check_slot = check_slot_of(at_ns);
	head = due_head(f, flight->check_slot);
	flight->due = (struct flight_links){ FLIGHT_NONE, *head };
	if (*head != FLIGHT_NONE)
		f->pool[*head].due.prev = index_of(f, flight);
	*head = index_of(f, flight);
}

struct flight *flights_check_due(struct flights *f, uint64_t now_ns)
{
	uint64_t now_slot = now_ns / DUE_SLOT_NS;

	if (now_slot - f->due_slot > DUE_SLOTS)
		f->due_slot = now_slot - DUE_SLOTS; /* once around sees every slot */
	for (; f->due_slot < now_slot; f->due_slot++) {
		struct flight *flight = at(f, f->due[f->due_slot % DUE_SLOTS]);

		while (flight && (int32_t)(flight->check_slot - 1 - (uint32_t)now_slot) >= 0)
			flight = at(f, flight->due.next); /* asked for since the last call: the wheel is behind */
		if (flight) {
			flights_check_never(f, flight);
			return flight;
		}
	}
	return NULL;
}
