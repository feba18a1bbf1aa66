/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "diff_parts.h"
#include "record/record_fields.h"
#include "record_links.h"
#include "record_mtu.h"

enum { SHIFTS = 16 };

/* The round-trip times of one router in one trace, for the caller to free; NULL: no memory. */
static uint32_t *times_of(const struct diff *d, enum diff_run run, unsigned router, uint16_t *count)
{
	const struct trace_record *r = d->records[run];
	uint32_t *times = malloc((r->probe_count + 1) * sizeof(*times));

	*count = 0;
	for (size_t i = 0; times && i < r->probe_count && *count < UINT16_MAX; i++) {
		const struct record_probe *p = &r->probes[i];

		if (p->direction == d->direction && p->router >= 0 && p->rtt_us >= 0 &&
			addr_equal(&r->routers[p->router].addr, &d->routers[router]))
			times[(*count)++] = (uint32_t)p->rtt_us;
	}
	return times;
}

static void print_delay(struct diff *d, const struct compare_change *c)
{
	char what[64], p[24];

	snprintf(what, sizeof(what), "%.1f -> %.1f ms", c->before_us / 1000.0, c->after_us / 1000.0);
	diff_line(d, c->hop, true, "delay", what, diff_p(c->p, p));
	d->has_changed = true;
}

static void diff_delays(struct diff *d)
{
	struct compare_delay *delays = calloc(d->router_count + 1, sizeof(*delays));
	struct compare_change *changes = calloc(SHIFTS, sizeof(*changes));
	unsigned count = 0;

	for (unsigned i = 0; delays && changes && i < d->router_count; i++) {
		delays[i].before = times_of(d, DIFF_BEFORE, i, &delays[i].before_count);
		delays[i].after = times_of(d, DIFF_AFTER, i, &delays[i].after_count);
		delays[i].router = (uint16_t)i;
		delays[i].hop = d->hops[i];
		d->has_failed |= !delays[i].before || !delays[i].after;
	}
	if (!delays || !changes)
		d->has_failed = true;
	else if (!d->has_failed)
		count = compare_delays(delays, d->router_count, changes, SHIFTS);
	for (unsigned i = 0; i < count; i++)
		print_delay(d, &changes[i]);
	for (unsigned i = 0; delays && i < d->router_count; i++) {
		free(delays[i].before);
		free(delays[i].after);
	}
	free(delays);
	free(changes);
}

/* First attempts, so that asking again does not hide a loss. */
static void diff_loss(struct diff *d)
{
	unsigned lost[DIFF_RUNS], sent[DIFF_RUNS];
	char what[96], words[24];
	double p;

	for (enum diff_run run = DIFF_BEFORE; run < DIFF_RUNS; run++)
		record_target_loss(d->records[run], &lost[run], &sent[run]);
	if (!compare_loss(lost[DIFF_BEFORE], sent[DIFF_BEFORE], lost[DIFF_AFTER], sent[DIFF_AFTER], &p))
		return;
	snprintf(what, sizeof(what), "%u of %u -> %u of %u probes to the target", lost[DIFF_BEFORE], sent[DIFF_BEFORE],
		lost[DIFF_AFTER], sent[DIFF_AFTER]);
	diff_line(d, 0, false, "loss", what, diff_p(p, words));
	d->has_changed = true;
}

/* The AS numbers in the order of hops, each once where it is repeated; of several at a hop the one of most flows. */
static void write_as_path(const struct diff *d, enum diff_run run, char text[DIFF_WORDS])
{
	const struct trace_record *r = d->records[run];
	const unsigned last = record_last_hop(r, d->direction);
	uint32_t before = 0;
	size_t len = 0;

	*text = '\0';
	for (unsigned hop = 1; hop <= last; hop++) {
		uint32_t asn = 0, most = 0;

		for (size_t i = 0; i < r->router_count; i++) {
			const struct record_router *router = &r->routers[i];

			if (router->direction == d->direction && router->hops >> (hop - 1) & 1 && router->asn &&
				router->flows > most) {
				most = router->flows;
				asn = router->asn;
			}
		}
		if (!asn || asn == before || len >= DIFF_WORDS)
			continue;
		len += (size_t)snprintf(text + len, DIFF_WORDS - len, "%s%u", len ? " " : "", asn);
		before = asn;
	}
}

static void diff_as(struct diff *d)
{
	char before[DIFF_WORDS], after[DIFF_WORDS], what[2 * DIFF_WORDS + 8];

	write_as_path(d, DIFF_BEFORE, before);
	write_as_path(d, DIFF_AFTER, after);
	/* a trace without --mmdb knows none */
	if (!*before || !*after || strcmp(before, after) == 0)
		return;
	snprintf(what, sizeof(what), "%s -> %s", before, after);
	diff_line(d, 0, false, "as", what, "");
	d->has_changed = true;
}

/* Those that are of the path, and have no line of their own; not of how it was asked. */
static bool is_of_path(const char *mark)
{
	return strncmp(mark, "limited", 7) != 0 && strncmp(mark, "mtu ", 4) != 0 &&
		strncmp(mark, "black hole", 10) != 0 && strcmp(mark, "duplicates") != 0 &&
		strcmp(mark, "per packet") != 0;
}

static const struct record_router *router_of(const struct diff *d, enum diff_run run, unsigned number)
{
	const struct trace_record *r = d->records[run];

	for (size_t i = 0; i < r->router_count; i++)
		if (r->routers[i].direction == d->direction && addr_equal(&r->routers[i].addr, &d->routers[number]))
			return &r->routers[i];
	return NULL;
}

static size_t write_marks(const struct record_router *one, const struct record_router *other, const char *word,
	char *text, size_t len)
{
	for (unsigned i = 0; i < one->mark_count && len < DIFF_WORDS; i++)
		if (is_of_path(one->marks[i]) && !record_has_mark(other, one->marks[i]))
			len += (size_t)snprintf(text + len, DIFF_WORDS - len, "%s%s %s", len ? ", " : "", one->marks[i],
				word);
	return len < DIFF_WORDS ? len : DIFF_WORDS - 1;
}

static void diff_marks(struct diff *d)
{
	for (unsigned i = 0; i < d->router_count; i++) {
		const struct record_router *before = router_of(d, DIFF_BEFORE, i), *after = router_of(d, DIFF_AFTER, i);
		char what[DIFF_WORDS] = "";
		size_t len;

		if (!before || !after)
			continue;
		len = write_marks(before, after, "gone", what, 0);
		if (!write_marks(after, before, "new", what, len))
			continue;
		diff_line(d, d->hops[i], false, "marks", what, "");
		d->has_changed = true;
	}
}

/* A trace without --mtu knows none. */
static void diff_mtu(struct diff *d)
{
	char before[RECORD_MTU_WORDS], after[RECORD_MTU_WORDS], what[2 * RECORD_MTU_WORDS + 8];

	record_mtu_words(d->records[DIFF_BEFORE], d->direction, before);
	record_mtu_words(d->records[DIFF_AFTER], d->direction, after);
	if (!*before || !*after || strcmp(before, after) == 0)
		return;
	snprintf(what, sizeof(what), "%s -> %s", before, after);
	diff_line(d, 0, false, "mtu", what, "");
	d->has_changed = true;
}

/* Of a target that does not answer no loss can be counted. */
static void diff_reach(struct diff *d)
{
	const bool was = d->records[DIFF_BEFORE]->is_reached, is = d->records[DIFF_AFTER]->is_reached;

	if (was == is)
		return;
	diff_line(d, 0, false, "target", is ? "not reached -> reached" : "reached -> not reached", "");
	d->has_changed = true;
}

static size_t write_fields(unsigned fields, const char *word, char *text, size_t len)
{
	for (unsigned i = 0; i < RECORD_FIELDS && len < DIFF_WORDS; i++)
		if (fields >> i & 1)
			len += (size_t)snprintf(text + len, DIFF_WORDS - len, "%s%s %s", len ? ", " : "",
				record_field_names[i], word);
	return len < DIFF_WORDS ? len : DIFF_WORDS - 1;
}

/* What both traces know of a balancer: a field that one of them could not test has not changed. */
static void diff_fields(struct diff *d)
{
	for (unsigned i = 0; i < d->router_count; i++) {
		const struct record_router *before = router_of(d, DIFF_BEFORE, i), *after = router_of(d, DIFF_AFTER, i);
		char what[DIFF_WORDS] = "";
		size_t len;

		if (!before || !after)
			continue;
		len = write_fields(before->balances & after->balances_not, "gone", what, 0);
		if (!write_fields(before->balances_not & after->balances, "new", what, len))
			continue;
		diff_line(d, d->hops[i], false, "balances", what, "");
		d->has_changed = true;
	}
}

void diff_values(struct diff *d)
{
	diff_delays(d);
	if (d->direction == RECORD_THERE) {
		diff_reach(d);
		diff_loss(d);
	}
	diff_marks(d);
	diff_mtu(d);
	diff_fields(d);
	diff_as(d);
}
