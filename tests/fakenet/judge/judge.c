/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fakenet/judge/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "packet/ip.h"
#include "tests/fakenet/judge/known.h"
#include "tests/fakenet/judge/mtu.h"
#include "tests/fakenet/judge/questions.h"
#include "tests/fakenet/truth.h"

enum { MARKS = RECORD_MARKS + TRUTH_MARKS };

/* Two clocks are read one after the other, and this process may be stopped in between. */
static const double clocks_ms = 0.5;

struct judgement {
	const struct plan *plan;
	const struct trace_record *record;
	struct verdict *verdict;
	struct truth_probe probe;
};

static struct known ways[RECORD_DIRECTIONS];
static struct known *known = &ways[RECORD_THERE]; /* of the direction that is looked at */

/* The first thing that is wrong is kept. */
static void __attribute__((format(printf, 2, 3))) wrong(struct judgement *j, const char *format, ...)
{
	va_list args;

	if (j->verdict->is_wrong)
		return;
	j->verdict->is_wrong = true;
	va_start(args, format);
	vsnprintf(j->verdict->words, sizeof(j->verdict->words), format, args);
	va_end(args);
}

static void __attribute__((format(printf, 2, 3))) missing(struct judgement *j, const char *format, ...)
{
	va_list args;

	if (!j->verdict->is_complete || j->verdict->is_wrong)
		return;
	j->verdict->is_complete = false;
	va_start(args, format);
	vsnprintf(j->verdict->words, sizeof(j->verdict->words), format, args);
	va_end(args);
}

static bool has_mark(const struct record_router *r, const char *begin)
{
	for (unsigned i = 0; i < r->mark_count; i++)
		if (strncmp(r->marks[i], begin, strlen(begin)) == 0)
			return true;
	return false;
}

/* ---- routers ---- */

static void judge_silence(struct judgement *j, const struct record_router *r)
{
	for (unsigned hop = 1; hop <= RECORD_HOPS; hop++)
		if (r->hops >> (hop - 1) & 1 && !known_may_be_silent(known, hop))
			wrong(j, "silence at hop %u, where all answer", hop);
}

static void judge_router(struct judgement *j, const struct record_router *r)
{
	const struct router *truth;
	struct place at;

	if (!r->addr.family) {
		judge_silence(j, r);
		return;
	}
	at = known_place(known, &r->addr);
	if (at.router == NETWORK_NONE || !known->hops[at.router][at.interface]) {
		wrong(j, "%s: no such router", r->id);
		return;
	}
	truth = &known->network->routers[at.router];
	if (r->hops & ~known->hops[at.router][at.interface])
		wrong(j, "%s: router %s at hops %#llx, not %#llx", r->id, truth->name, (unsigned long long)r->hops,
			(unsigned long long)known->hops[at.router][at.interface]);
	if (r->is_end != (at.router == known->end))
		wrong(j, "%s: router %s is%s the end", r->id, truth->name, r->is_end ? "" : " not");
	if (has_mark(r, "limited") && !truth->limit.burst)
		wrong(j, "%s: router %s is called limited", r->id, truth->name);
	if (has_mark(r, "loop") && !known->has_loop)
		wrong(j, "%s: router %s is called a loop", r->id, truth->name);
	known->is_found[at.router][at.interface] = true;
}

static void judge_routers(struct judgement *j)
{
	for (size_t i = 0; i < j->record->router_count; i++)
		if (j->record->routers[i].direction == known->is_back)
			judge_router(j, &j->record->routers[i]);
	for (unsigned i = 0; i < known->network->router_count; i++)
		for (unsigned k = 0; k <= NETWORK_INTERFACES; k++)
			if (known->hops[i][k] && known_answers(known, i) && !known->is_found[i][k])
				missing(j, "router %s is missing", known->network->routers[i].name);
}

/* ---- links ---- */

static void judge_link(struct judgement *j, const struct record_link *l)
{
	const struct record_router *one = &j->record->routers[l->from], *other = &j->record->routers[l->to];
	struct place from, to;

	if (one->direction != known->is_back || !one->addr.family || !other->addr.family)
		return;
	from = known_place(known, &one->addr);
	to = known_place(known, &other->addr);
	if (from.router == NETWORK_NONE || to.router == NETWORK_NONE)
		return;
	if (!known_find_link(known, from, to))
		wrong(j, "a link from %s to %s, which there is not", known->network->routers[from.router].name,
			known->network->routers[to.router].name);
}

static void judge_links(struct judgement *j)
{
	for (size_t i = 0; i < j->record->link_count; i++)
		judge_link(j, &j->record->links[i]);
	for (unsigned i = 0; i < known->link_count; i++) {
		const struct known_link *l = &known->links[i];

		if (!l->is_found && l->is_needed)
			missing(j, "the link from %s to %s is missing", known->network->routers[l->from.router].name,
				known->network->routers[l->to.router].name);
	}
}

/* ---- marks ---- */

/* In a loop a router is met with more hops than its answers take. */
static bool is_by_chance(const char *mark)
{
	if (strncmp(mark, "mtu ", 4) == 0 || strncmp(mark, "black hole", 10) == 0)
		return true; /* mtu.c looks at what they are made of */
	return (known->has_loop && (strncmp(mark, "back~", 5) == 0 || strcmp(mark, "asymmetric") == 0)) ||
		strncmp(mark, "limited", 7) == 0 || strcmp(mark, "per packet") == 0 || strcmp(mark, "loop") == 0;
}

/* Without privilege there are no headers of quotes; of the return path there is what the target passes on. */
static bool is_seen(const struct judgement *j, const char *mark)
{
	static const char *const headers[] = { "nat", "dscp", "ecn", "mss", "label", "length" };

	if (known->is_back)
		return !known->network->routers[NETWORK_TARGET].is_server &&
			(strncmp(mark, "mpls", 4) == 0 ||
				(strncmp(mark, "interface", 9) == 0 &&
					!known->network->routers[NETWORK_TARGET].is_self));
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]) && j->plan->is_plain; i++)
		if (strncmp(mark, headers[i], strlen(headers[i])) == 0)
			return false;
	return true;
}

static unsigned wanted_marks(const struct judgement *j, struct place at, char marks[MARKS][TRUTH_MARK_SIZE])
{
	unsigned count = truth_marks(known->network, at.router, &j->probe, marks), kept = 0;

	for (unsigned i = 0; i < count; i++) {
		marks[i][RECORD_MARK_SIZE - 1] = '\0';
		if (is_seen(j, marks[i]))
			memmove(marks[kept++], marks[i], TRUTH_MARK_SIZE);
	}
	return kept;
}

static void judge_marks(struct judgement *j, const struct record_router *r)
{
	char marks[MARKS][TRUTH_MARK_SIZE];
	const struct place at = known_place(known, &r->addr);
	const unsigned count = at.router == NETWORK_NONE ? 0 : wanted_marks(j, at, marks);
	unsigned found = 0;

	if (at.router == NETWORK_NONE)
		return;
	for (unsigned i = 0; i < count; i++)
		if (!has_mark(r, marks[i]))
			wrong(j, "%s: router %s has no mark '%s'", r->id, known->network->routers[at.router].name,
				marks[i]);
	for (unsigned i = 0; i < r->mark_count; i++) {
		if (is_by_chance(r->marks[i]))
			continue;
		found = 0;
		for (unsigned k = 0; k < count; k++)
			found |= strcmp(r->marks[i], marks[k]) == 0;
		if (!found)
			wrong(j, "%s: router %s has the mark '%s'", r->id, known->network->routers[at.router].name,
				r->marks[i]);
	}
}

/* A hop is per packet where packets of one flow can meet several routers; beyond it is for chance to tell. */
static void judge_per_packet(struct judgement *j, const struct record_router *r)
{
	const bool is_marked = has_mark(r, "per packet");
	const struct place at = known_place(known, &r->addr);

	if (at.router == NETWORK_NONE)
		return;
	if (is_marked && !(r->hops & known->per_packet))
		wrong(j, "%s: router %s is called per packet", r->id, known->network->routers[at.router].name);
	if (!is_marked && r->hops & known->per_packet)
		missing(j, "router %s is not called per packet", known->network->routers[at.router].name);
}

static void judge_words(struct judgement *j)
{
	for (size_t i = 0; i < j->record->router_count; i++) {
		const struct record_router *r = &j->record->routers[i];

		if (r->direction != known->is_back || !r->addr.family)
			continue;
		judge_per_packet(j, r);
		if (j->verdict->is_complete)
			judge_marks(j, r);
	}
}

/* ---- all ---- */

/* No answer is quicker than its way. */
static void judge_times(struct judgement *j)
{
	for (size_t i = 0; i < j->record->probe_count; i++) {
		const struct record_probe *p = &j->record->probes[i];
		struct place at;

		if (p->direction != RECORD_THERE || p->router < 0)
			continue;
		at = known_place(known, &j->record->routers[p->router].addr);
		if (at.router != NETWORK_NONE && (double)p->rtt_us / 1000 + clocks_ms < known->least_ms[at.router])
			wrong(j, "router %s answered in %.3f ms, of %.3f", known->network->routers[at.router].name,
				(double)p->rtt_us / 1000, known->least_ms[at.router]);
	}
}

static void judge_end(struct judgement *j, int status)
{
	const bool is_there = known->hops[NETWORK_TARGET][0] && known_answers(known, NETWORK_TARGET);

	if (j->record->is_reached && !is_there)
		wrong(j, "reached what cannot be");
	else if (!j->record->is_reached && is_there)
		missing(j, "the target is not reached");
	if (status != (j->record->is_reached ? 0 : 1))
		wrong(j, "exit status %d, reached: %d", status, j->record->is_reached);
	if (!*j->record->cut_off && j->record->bound > j->record->wanted * 1.001)
		wrong(j, "bound %g, wanted %g, and not why", j->record->bound, j->record->wanted);
}

static void judge_back(struct judgement *j)
{
	const struct router *host = &known->network->routers[NETWORK_TARGET];

	known = &ways[RECORD_BACK];
	if ((host->is_uturn || host->is_server) && !(host->is_server && !host->is_uturn && j->plan->is_plain)) {
		judge_routers(j);
		judge_links(j);
		judge_words(j);
	} else if (strcmp(j->record->reverse, "none") != 0) {
		wrong(j, "a return path by %s, which there is not", j->record->reverse);
	}
	known = &ways[RECORD_THERE];
}

void judge(const struct network *n, const struct plan *p, const struct trace_record *r, int status, struct verdict *v)
{
	static const uint8_t protocols[] = { PROTOCOL_UDP, PROTOCOL_TCP };
	struct judgement j = { p, r, v, { p->family, 0, p->tos } };

	j.probe.protocol = p->protocol == PLAN_ICMP ? ip_icmp_protocol(p->family) : protocols[p->protocol];
	v->is_wrong = false;
	v->is_complete = true;
	v->seconds = r->seconds;
	v->bound = r->bound;
	v->probes = (unsigned)r->probe_count;
	known_learn(&ways[RECORD_THERE], n, p, false);
	known_learn(&ways[RECORD_BACK], n, p, true);
	judge_routers(&j);
	judge_links(&j);
	judge_end(&j, status);
	judge_times(&j);
	judge_words(&j);
	judge_back(&j);
	mtu_judge(n, p, r, v);
	questions_judge(n, p, r, v);
	if (*r->cut_off && !v->is_wrong && !v->is_complete)
		v->is_complete = known->has_limit; /* it said so */
}
