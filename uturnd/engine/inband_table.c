/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/inband_table.h"

#include <string.h>

#include "common/siphash.h"

size_t inband_table_bytes(void)
{
	return sizeof(struct inband_trace) * INBAND_TRACES;
}

void inband_table_init(struct inband_table *t, void *memory, const uint64_t key[2])
{
	*t = (struct inband_table){ .traces = memory, .key = { key[0], key[1] } };
}

static uint32_t hash_of(const struct inband_table *t, const struct flow *flow)
{
	uint64_t words[5] = { 0 };

	memcpy(words, flow->local.bytes, 16);
	memcpy(words + 2, flow->peer.bytes, 16);
	words[4] = (uint64_t)flow->local.family << 32 | (uint32_t)flow->local_port << 16 | flow->peer_port;
	return (uint32_t)siphash(t->key, words, 5);
}

int inband_table_find(const struct inband_table *t, const struct flow *flow)
{
	uint32_t hash;

	if (!t->running)
		return -1;
	hash = hash_of(t, flow);
	for (int i = 0; i < INBAND_TRACES; i++) {
		const struct flow *f = &t->traces[i].flow;

		if (t->hashes[i] == hash && t->due_ns[i] && f->local_port == flow->local_port &&
			f->peer_port == flow->peer_port && addr_equal(&f->local, &flow->local) &&
			addr_equal(&f->peer, &flow->peer))
			return i;
	}
	return -1;
}

unsigned inband_table_count(const struct inband_table *t, const struct addr *peer)
{
	struct prefix network = prefix_of_prober(peer);
	unsigned count = 0;

	for (unsigned i = 0; i < INBAND_TRACES; i++)
		count += t->due_ns[i] && prefix_contains(&network, &t->traces[i].flow.peer);
	return count;
}

int inband_table_add(struct inband_table *t, const struct inband_trace *trace, uint64_t now_ns)
{
	int index = 0;

	while (t->due_ns[index])
		index++;
	t->running++;
	t->traces[index] = *trace;
	t->hashes[index] = hash_of(t, &trace->flow);
	inband_table_wake(t, index, now_ns);
	return index;
}

void inband_table_stop(struct inband_table *t, int index)
{
	t->due_ns[index] = 0;
	t->running--;
}

void inband_table_wake(struct inband_table *t, int index, uint64_t now_ns)
{
	t->due_ns[index] = now_ns ? now_ns : 1;
}

void inband_table_set_position(struct inband_table *t, int index, const struct position_told *told, uint64_t now_ns)
{
	position_set(&t->traces[index].position, told);
	inband_table_wake(t, index, now_ns);
}

uint64_t inband_table_due_ns(const struct inband_table *t)
{
	uint64_t first_ns = UINT64_MAX;

	for (unsigned i = 0; t->running && i < INBAND_TRACES; i++)
		if (t->due_ns[i] && t->due_ns[i] < first_ns)
			first_ns = t->due_ns[i];
	return first_ns;
}
