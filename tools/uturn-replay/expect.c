/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static const char *reason_name(const struct outcomes *o, size_t i)
{
	return i < o->count ? reason_table[o->at[i].reason].counter : "nothing";
}

static bool is_reason(const char *name)
{
	for (size_t i = 0; i < REASON_COUNT; i++)
		if (strcmp(reason_table[i].counter, name) == 0)
			return true;
	return strcmp(name, "nothing") == 0;
}

enum verdict expect_reason(struct replay *r)
{
	const char *got = reason_name(&r->outcomes, r->told);

	if (!is_reason(r->now->rest))
		return replay_unreadable(r, "unknown reason, uturn-reasons(7) lists them");
	if (r->told < r->outcomes.count)
		r->told++;
	return strcmp(got, r->now->rest) == 0 ? RIGHT : replay_wrong(r, r->now->rest, got);
}

/* The outcome of the last `reason`, or the first; NULL: none. */
static struct outcome *current(struct replay *r)
{
	size_t i = r->told ? r->told - 1 : 0;

	return i < r->outcomes.count ? &r->outcomes.at[i] : NULL;
}

enum verdict expect_packet(struct replay *r)
{
	struct outcome *o = current(r);
	struct span got = o ? span_of(o->packet, o->packet_len) : span_of(NULL, 0);
	bool is_nothing = strcmp(r->now->rest, "nothing") == 0;
	struct span expected = is_nothing ? span_of(NULL, 0) : replay_packet(r->script, r->now);
	bool is_same;

	if (!is_nothing && !expected.at)
		return UNREADABLE;
	if (o)
		o->is_expected = true;
	is_same = got.len == expected.len && (!got.len || memcmp(got.at, expected.at, got.len) == 0);
	if (!is_same)
		outcome_complain_packet(r->script, r->now->line, expected, got);
	free((void *)expected.at);
	return is_same ? RIGHT : WRONG;
}

enum verdict expect_act(struct replay *r)
{
	bool is_pass = r->now->word[0] == 'p';
	struct outcome *o = current(r);

	if (!o || !r->outcomes.of_probe)
		return replay_unreadable(r, "must follow a probe");
	return is_pass == (o->act == ACT_PASS) ? RIGHT : replay_wrong(r, "", is_pass ? "take" : "pass");
}

enum verdict expect_counter(struct replay *r)
{
	char name[32], got[32];
	unsigned long long count;
	int len = 0;

	if (sscanf(r->now->rest, "%31s %llu%n", name, &count, &len) < 2 || r->now->rest[len])
		return replay_unreadable(r, "expected NAME NUMBER");
	for (size_t i = 0; i < REASON_COUNT; i++) {
		if (strcmp(reason_table[i].counter, name) != 0)
			continue;
		snprintf(got, sizeof(got), "%llu", (unsigned long long)r->engine.counters[i]);
		return r->engine.counters[i] == count ? RIGHT : replay_wrong(r, r->now->rest, got);
	}
	return replay_unreadable(r, "unknown counter, uturn-reasons(7) lists them");
}

enum verdict expect_flights(struct replay *r)
{
	char got[32];

	snprintf(got, sizeof(got), "%u", r->memory ? r->engine.flights.out : 0);
	return strcmp(got, r->now->rest) == 0 ? RIGHT : replay_wrong(r, r->now->rest, got);
}
