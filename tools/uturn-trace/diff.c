/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "diff_parts.h"

enum { CHANGES = 128, SHOWN = 3 /* addresses in a line */ };

bool diff_is_possible(const struct trace_record *before, const char *before_name, const struct trace_record *after,
	const char *after_name, char *why, size_t why_size)
{
	char one[ADDR_TEXT_SIZE], other[ADDR_TEXT_SIZE];

	if (addr_equal(&before->target, &after->target) && strcmp(before->protocol, after->protocol) == 0)
		return true;
	snprintf(why, why_size, "%s is %s to %s, %s %s to %s: nothing to compare", before_name, before->protocol,
		addr_text(&before->target, one), after_name, after->protocol, addr_text(&after->target, other));
	return false;
}

unsigned diff_find(const struct diff *d, const struct addr *a)
{
	for (unsigned i = 0; i < d->router_count; i++)
		if (addr_equal(&d->routers[i], a))
			return i;
	return COMPARE_NOBODY;
}

const char *diff_p(double p, char text[24])
{
	if (p < 0.0001)
		strcpy(text, "p < 0.0001");
	else
		snprintf(text, 24, "p = %.2g", p);
	return text;
}

void diff_line(struct diff *d, unsigned hop, bool is_from, const char *kind, const char *what, const char *evidence)
{
	const struct diff_change c = { d->direction, hop, is_from, kind, what, evidence };

	d->told(d->owner, &c);
}

void diff_print_change(FILE *out, const struct diff_change *c)
{
	const char *direction = c->direction == RECORD_THERE ? "there" : "back";
	char where[16] = "";

	if (strcmp(c->kind, "as") == 0 || strcmp(c->kind, "mtu") == 0) {
		fprintf(out, "%-5s  %-7s  %s\n", c->kind, direction, c->what);
		return;
	}
	if (c->hop)
		snprintf(where, sizeof(where), "hop %u%s", c->hop, c->is_from ? "+" : "");
	fprintf(out, "%-5s  %-7s  %-8s  %s%s%s\n", direction, where, c->kind, c->what, *c->evidence ? "  " : "",
		c->evidence);
}

static unsigned first_hop(const struct record_router *r)
{
	return r->hops ? (unsigned)__builtin_ctzll(r->hops) + 1 : 0;
}

/* Of both traces in the order of hops, since a shift begins at the first. */
static void number_routers(struct diff *d)
{
	for (unsigned hop = 1; hop <= RECORD_HOPS; hop++) {
		for (enum diff_run run = DIFF_BEFORE; run < DIFF_RUNS; run++) {
			const struct trace_record *r = d->records[run];

			for (size_t i = 0; i < r->router_count && d->router_count < COMPARE_ROUTERS; i++) {
				const struct record_router *router = &r->routers[i];

				if (router->direction != d->direction || first_hop(router) != hop ||
					!router->addr.family || diff_find(d, &router->addr) != COMPARE_NOBODY)
					continue;
				d->hops[d->router_count] = (uint8_t)hop;
				d->routers[d->router_count++] = router->addr;
			}
		}
	}
}

/*
 * The flows of one trace, in places from `first` on: the same flow has the same
 * place in both, where both have one source; else no two are the same.
 */
static bool fill_run(const struct diff *d, enum diff_run run, unsigned first, unsigned flows, unsigned hops,
	struct compare_run *out)
{
	const struct trace_record *r = d->records[run];
	uint16_t *met = malloc((size_t)flows * hops * sizeof(*met));

	if (!met)
		return false;
	memset(met, 0xff, (size_t)flows * hops * sizeof(*met));
	for (size_t i = 0; i < r->probe_count; i++) {
		const struct record_probe *p = &r->probes[i];

		if (p->direction != d->direction || p->router < 0 || !p->hop || p->hop > hops ||
			!r->routers[p->router].addr.family)
			continue;
		met[(first + p->flow) * hops + p->hop - 1] = (uint16_t)diff_find(d, &r->routers[p->router].addr);
	}
	*out = (struct compare_run){ .met = met, .flows = (uint16_t)flows, .hops = (uint8_t)hops };
	for (size_t i = 0; i < r->router_count; i++)
		if (r->routers[i].direction == d->direction && record_has_mark(&r->routers[i], "per packet"))
			out->per_packet_hops |= r->routers[i].hops;
	return true;
}

/* Returns the new length; what does not fit is cut. */
__attribute__((format(printf, 3, 4))) static size_t append(char text[DIFF_WORDS], size_t len, const char *format, ...)
{
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(text + len, DIFF_WORDS - len, format, args);
	va_end(args);
	len += more > 0 ? (size_t)more : 0;
	return len < DIFF_WORDS ? len : DIFF_WORDS - 1;
}

static size_t write_list(const struct diff *d, const uint16_t *routers, unsigned count, const char *word,
	char text[DIFF_WORDS], size_t len)
{
	char address[ADDR_TEXT_SIZE];

	if (!count)
		return len;
	if (len)
		len = append(text, len, ", ");
	for (unsigned i = 0; i < count && i < SHOWN && i < COMPARE_NAMED; i++)
		len = append(text, len, "%s%s", i ? ", " : "", addr_text(&d->routers[routers[i]], address));
	if (count > SHOWN)
		len = append(text, len, " and %u more", count - SHOWN);
	return append(text, len, " %s", word);
}

static unsigned count_at(const struct diff *d, unsigned hop)
{
	unsigned count = 0;

	for (size_t i = 0; i < d->records[DIFF_AFTER]->router_count; i++) {
		const struct record_router *r = &d->records[DIFF_AFTER]->routers[i];

		count += r->direction == d->direction && r->addr.family && r->hops >> (hop - 1) & 1;
	}
	return count;
}

static void note(struct diff *d, const uint16_t *routers, unsigned count, enum diff_state state)
{
	for (unsigned i = 0; d->changes && i < count && i < COMPARE_NAMED && d->changes->count < DIFF_CHANGES; i++) {
		d->changes->routers[d->changes->count].addr = d->routers[routers[i]];
		d->changes->routers[d->changes->count].direction = (uint8_t)d->direction;
		d->changes->routers[d->changes->count++].state = (uint8_t)state;
	}
}

static void print_path(struct diff *d, const struct compare_change *c)
{
	char what[DIFF_WORDS] = "", evidence[64], p[24];
	size_t len;

	snprintf(evidence, sizeof(evidence), "%u of %u flows moved", c->moved, c->compared);
	switch (c->kind) {
	case COMPARE_PATH:
		len = write_list(d, c->gone, c->gone_count, "gone", what, 0);
		write_list(d, c->added, c->added_count, "new", what, len);
		if (!c->compared)
			diff_p(c->p, evidence);
		diff_line(d, c->hop, false, "path", what, evidence);
		note(d, c->gone, c->gone_count, DIFF_GONE);
		note(d, c->added, c->added_count, DIFF_NEW);
		d->has_changed = true;
		break;
	case COMPARE_REMAPPED:
		snprintf(what, sizeof(what), "same %u routers", count_at(d, c->hop));
		diff_line(d, c->hop, false, "remapped", what, evidence);
		break;
	default:
		len = write_list(d, c->gone, c->gone_count, "only before", what, 0);
		len = write_list(d, c->added, c->added_count, "only after", what, len);
		append(what, len, ", %u of %u flows", c->seen, c->asked);
		diff_line(d, c->hop, false, "maybe", what, diff_p(c->p, p));
	}
}

static unsigned flow_places(const struct trace_record *r)
{
	return r->flow_count ? r->flows[r->flow_count - 1].id + 1 : 0;
}

static void diff_paths(struct diff *d)
{
	const bool is_same = addr_equal(&d->records[DIFF_BEFORE]->source, &d->records[DIFF_AFTER]->source);
	const unsigned one = flow_places(d->records[DIFF_BEFORE]), other = flow_places(d->records[DIFF_AFTER]);
	const unsigned flows = !is_same ? one + other : one > other ? one : other;
	const unsigned last = record_last_hop(d->records[DIFF_BEFORE], d->direction);
	const unsigned last_after = record_last_hop(d->records[DIFF_AFTER], d->direction);
	const unsigned hops = last > last_after ? last : last_after;
	struct compare_run runs[DIFF_RUNS] = { { .met = NULL }, { .met = NULL } };
	struct compare_change *changes = calloc(CHANGES, sizeof(*changes));
	struct compare_work *work = calloc(1, sizeof(*work));

	/* a return path that one trace did not ask for is no change */
	if (flows && flows <= UINT16_MAX && last && last_after) {
		if (changes && work && fill_run(d, DIFF_BEFORE, 0, flows, hops, &runs[DIFF_BEFORE]) &&
			fill_run(d, DIFF_AFTER, is_same ? 0 : one, flows, hops, &runs[DIFF_AFTER])) {
			const unsigned count =
				compare_paths(&runs[DIFF_BEFORE], &runs[DIFF_AFTER], work, changes, CHANGES);

			for (unsigned i = 0; i < count; i++)
				print_path(d, &changes[i]);
		} else {
			d->has_failed = true;
		}
	}
	free((void *)(uintptr_t)runs[DIFF_BEFORE].met);
	free((void *)(uintptr_t)runs[DIFF_AFTER].met);
	free(changes);
	free(work);
}

static enum diff_result find(diff_told *told, void *owner, const struct trace_record *before,
	const struct trace_record *after, struct diff_changes *changes)
{
	struct diff *d = calloc(1, sizeof(*d));
	enum diff_result result;

	if (!d)
		return DIFF_FAILED;
	d->told = told;
	d->owner = owner;
	d->changes = changes;
	if (changes)
		changes->count = 0;
	d->records[DIFF_BEFORE] = before;
	d->records[DIFF_AFTER] = after;
	for (d->direction = RECORD_THERE; d->direction < RECORD_DIRECTIONS; d->direction++) {
		d->router_count = 0;
		number_routers(d);
		diff_paths(d);
		diff_values(d);
	}
	diff_aliases(d);
	result = d->has_failed ? DIFF_FAILED : d->has_changed ? DIFF_CHANGED : DIFF_SAME;
	free(d);
	return result;
}

enum diff_result diff_tell(diff_told *told, void *owner, const struct trace_record *before,
	const struct trace_record *after)
{
	return find(told, owner, before, after, NULL);
}

static void print_change(void *out, const struct diff_change *c)
{
	diff_print_change(out, c);
}

enum diff_result diff_print(FILE *out, const struct trace_record *before, const struct trace_record *after,
	struct diff_changes *changes)
{
	return find(print_change, out, before, after, changes);
}
