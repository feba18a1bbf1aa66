/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do two addresses draw their IPv4 ids from one counter? */
#include "alias.h"

#include <math.h>

enum {
	RATE_MOST = 2500, /* ids a second: a faster counter may have wrapped between two rounds */
	SLACK = 64, /* ids, at any rate: traffic comes in bursts */
	COUNTS_LEAST = 3, /* samples that show a counter */
	SAME_LEAST = 8, /* of each address, that show one counter for both */
	CHANCE = 2731, /* 65536 / 24: two counters look like one once in so many pairs, at most */
};

static const double second_ns = 1e9;

/* How far a counter may have come in this time. */
static double most_in(uint64_t ns)
{
	return RATE_MOST * (double)ns / second_ns + SLACK;
}

enum alias_counter alias_counts(const struct alias_address *a)
{
	bool is_constant = true;

	if (a->sample_count < COUNTS_LEAST)
		return ALIAS_NOT_KNOWN;
	for (unsigned i = 1; i < a->sample_count; i++) {
		const struct alias_sample *before = &a->samples[i - 1], *s = &a->samples[i];
		const uint16_t step = (uint16_t)(s->id - before->id);

		is_constant &= step == 0;
		/* probes that were out at the same time may have been answered in any order */
		if (before->at_ns > s->sent_ns && (uint16_t)-step <= most_in(before->at_ns - s->sent_ns))
			continue;
		if (step > most_in(s->at_ns - before->sent_ns))
			return ALIAS_NO_COUNTER;
	}
	return is_constant ? ALIAS_NO_COUNTER : ALIAS_COUNTS;
}

/* The ids of an address as one growing number. */
struct series {
	unsigned count;
	double at[ALIAS_SAMPLES]; /* s, since the first of both */
	int32_t ids[ALIAS_SAMPLES];
};

static double middle_of(const struct alias_sample *s, uint64_t first_ns)
{
	return ((double)(s->sent_ns - first_ns) + (double)(s->at_ns - first_ns)) / 2 / second_ns;
}

static void unwrap(const struct alias_address *a, uint64_t first_ns, struct series *s)
{
	int32_t id = a->samples[0].id;

	s->count = a->sample_count;
	for (unsigned i = 0; i < s->count; i++) {
		if (i && a->samples[i - 1].at_ns > a->samples[i].sent_ns)
			id += (int16_t)(a->samples[i].id - a->samples[i - 1].id);
		else if (i)
			id += (uint16_t)(a->samples[i].id - a->samples[i - 1].id);
		s->at[i] = middle_of(&a->samples[i], first_ns);
		s->ids[i] = id;
	}
}

/* What a counter with these samples had at this time, on a straight line; NAN before the first and after the last. */
static double line_at(const struct series *s, double at)
{
	for (unsigned i = 1; i < s->count; i++)
		if (s->at[i - 1] <= at && at <= s->at[i] && s->at[i] > s->at[i - 1])
			return s->ids[i - 1] +
				(s->ids[i] - s->ids[i - 1]) * (at - s->at[i - 1]) / (s->at[i] - s->at[i - 1]);
	return NAN;
}

/* The second series gets the offset, a multiple of 65536, that brings it next to the first. */
static void align(const struct series *a, struct series *b)
{
	for (unsigned i = 0; i < b->count; i++) {
		const double line = line_at(a, b->at[i]);
		int32_t shift;

		if (isnan(line))
			continue;
		shift = (int32_t)floor((line - b->ids[i]) / 65536 + 0.5) * 65536;
		for (unsigned j = 0; j < b->count; j++)
			b->ids[j] += shift;
		return;
	}
}

/*
 * By how much the ids of b could be higher or lower and still lie in order with
 * those of a: of two counters with any offset, all of the 65536 equally likely, so
 * many would look like one. 0: they do not lie in order.
 */
static double room_of(const struct alias_address *a, const struct alias_address *b, const struct series *one,
	const struct series *other)
{
	int32_t below = INT32_MAX, above = INT32_MAX;

	for (unsigned i = 0; i < one->count; i++)
		for (unsigned j = 0; j < other->count; j++) {
			const int32_t more = other->ids[j] - one->ids[i];

			if (a->samples[i].at_ns <= b->samples[j].sent_ns && more < below)
				below = more;
			if (b->samples[j].at_ns <= a->samples[i].sent_ns && -more < above)
				above = -more;
		}
	if (below < 1 || above < 1)
		return 0;
	if (below == INT32_MAX || above == INT32_MAX)
		return 65536;
	return (double)below + above - 1;
}

/*
 * The same by the distances from the line between the neighbours: those of one
 * counter lie around 0. Three standard errors to either side, and 1 since ids are
 * whole. INFINITY where 0 is not within.
 */
static double spread_of(const struct series *a, const struct series *b)
{
	double sum = 0, squares = 0, mean, error;
	unsigned n = 0;

	for (unsigned i = 0; i < b->count; i++) {
		const double line = line_at(a, b->at[i]);

		if (isnan(line))
			continue;
		sum += b->ids[i] - line;
		squares += (b->ids[i] - line) * (b->ids[i] - line);
		n++;
	}
	if (n < COUNTS_LEAST)
		return INFINITY;
	mean = sum / n;
	error = squares / n > mean * mean ? sqrt((squares / n - mean * mean) / (n - 1)) : 0;
	return fabs(mean) <= 3 * error + 1 ? 2 * (3 * error + 1) : INFINITY;
}

enum alias_verdict alias_compare(const struct alias_address *a, const struct alias_address *b, bool is_whole)
{
	const enum alias_counter one = alias_counts(a), other = alias_counts(b);
	const uint64_t first_ns = a->samples[0].sent_ns < b->samples[0].sent_ns ? a->samples[0].sent_ns
										: b->samples[0].sent_ns;
	struct series left, right;
	double room, spread;

	if (one == ALIAS_NO_COUNTER || other == ALIAS_NO_COUNTER)
		return ALIAS_UNKNOWN;
	if (one == ALIAS_NOT_KNOWN || other == ALIAS_NOT_KNOWN)
		return is_whole ? ALIAS_UNKNOWN : ALIAS_OPEN;
	unwrap(a, first_ns, &left);
	unwrap(b, first_ns, &right);
	align(&left, &right);
	room = room_of(a, b, &left, &right);
	if (room <= 0)
		return ALIAS_DIFFERENT;
	if (!is_whole)
		return ALIAS_OPEN;
	spread = spread_of(&left, &right);
	if (spread < room)
		room = spread;
	if (a->sample_count < SAME_LEAST || b->sample_count < SAME_LEAST || isinf(spread) || room * CHANCE > 65536)
		return ALIAS_UNKNOWN;
	return ALIAS_SAME;
}
