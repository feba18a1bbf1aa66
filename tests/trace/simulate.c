/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search over networks in memory, many runs a shape, each network with
 * hashes of its own: does it find all, and with how few probes?
 *
 *     simulate [RUNS [SHAPE]]
 *
 * Time in a search is simulated. Prints a line ok or not ok for each shape, and
 * without SHAPE for comparisons of pairs of runs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chaos.h"
#include "pairs.h"
#include "run.h"

struct shape {
	const char *name, *text;
	unsigned probes; /* in the median, at most a tenth more; 0: not compared */
	bool (*is_right)(const struct search *found, const struct network *n, const struct run_result *r);
};

static bool is_complete(const struct search *found, const struct network *n, const struct run_result *r)
{
	(void)found;
	(void)n;
	return r->has_all_routers && r->has_all_links;
}

static bool has_marks(const struct search *found, unsigned limited, unsigned per_packet, unsigned loops)
{
	for (unsigned i = 0; i < found->graph.router_count; i++) {
		limited -= found->graph.routers[i].is_limited;
		loops -= found->graph.routers[i].has_loop;
	}
	for (unsigned h = 1; h <= found->last_hop; h++)
		per_packet -= found->graph.hops[h].is_per_packet;
	return !limited && !loops && !per_packet;
}

static bool is_complete_unmarked(const struct search *found, const struct network *n, const struct run_result *r)
{
	return is_complete(found, n, r) && has_marks(found, 0, 0, 0);
}

/* One path takes no more answers of any host than Linux gives at once: none is waited for. */
static bool is_complete_at_once(const struct search *found, const struct network *n, const struct run_result *r)
{
	return is_complete_unmarked(found, n, r) && r->seconds < 0.2;
}

static bool has_silence(const struct search *found)
{
	for (unsigned h = 1; h <= found->last_hop; h++) {
		if (found->graph.hops[h].silent)
			return true;
	}
	return false;
}

/* A limited router is no silent one, and loses nothing. */
static bool is_complete_without_silence(const struct search *found, const struct network *n, const struct run_result *r)
{
	return is_complete(found, n, r) && !has_silence(found);
}

static bool is_limited_at_a(const struct search *found, const struct network *n, const struct run_result *r)
{
	const struct graph_router *a = run_find(found, n, "a");

	return is_complete_without_silence(found, n, r) && a && a->is_limited && has_marks(found, 1, 0, 0);
}

static bool is_per_packet_at_2(const struct search *found, const struct network *n, const struct run_result *r)
{
	(void)n;
	return r->has_all_routers && found->graph.hops[2].is_per_packet && has_marks(found, 0, 1, 0);
}

static bool has_loop_of_two(const struct search *found, const struct network *n, const struct run_result *r)
{
	const struct graph_router *b = run_find(found, n, "b");

	(void)r;
	return b && b->has_loop && has_marks(found, 0, 0, 1) && !search_is_reached(found);
}

/*
 * N wide: one router, N routers, the target. Hops are counted with the target.
 * Five times 2: two routers and one behind them, five times, where the last one
 * is the target. One of 4 wide that has 4 more: the other three have one router
 * behind them.
 */
static const struct shape shapes[] = {
	{ "8 hops, one path", "S: a; a: b; b: c; c: d; d: e; e: f; f: g; g: T", 61, is_complete_unmarked },
	{ "8 hops, all of them 6 at once, then 1/s",
		"S: a; a: b; b: c; c: d; d: e; e: f; f: g; g: T; ! a limit 6 1; ! b limit 6 1; ! c limit 6 1; "
		"! d limit 6 1; ! e limit 6 1; ! f limit 6 1; ! g limit 6 1; ! T limit 6 1",
		48, is_complete_at_once },
	{ "2 wide", "S: a; a: b1..2; b1..2: T", 44, is_complete_unmarked },
	{ "8 wide", "S: a; a: b1..8; b1..8: T", 102, is_complete_unmarked },
	{ "16 wide", "S: a; a: b1..16; b1..16: T", 190, is_complete_unmarked },
	{ "64 wide", "S: a; a: b1..64; b1..64: T", 781, is_complete_unmarked },
	{ "4 wide, one of them 4 more", "S: a; a: b1..4; b1: c1..4; b2 b3 b4: c5; c1..5: T", 223,
		is_complete_unmarked },
	{ "4x4 mesh", "S: a; a: b1..4; b1..4: c1..4; c1..4: T", 309, is_complete_unmarked },
	{ "8-8", "S: a; a: b1..8; b1..8 | c1..8; c1..8: T", 146, is_complete_unmarked },
	{ "five times 2",
		"S: a1..2; a1..2: b; b: c1..2; c1..2: d; d: e1..2; e1..2: f; f: g1..2; g1..2: h; h: i1..2; i1..2: T",
		131, is_complete_unmarked },
	{ "8 wide, 5 % loss", "S: a; a: b1..8; b1..8: T; ! loss 5", 0, is_complete_unmarked },
	{ "8 wide, nothing quoted", "S: a; a: b1..8; b1..8: T; ! T no-quote", 0, is_complete_unmarked },
	{ "a silent router", "S: a; a: b; b: c; c: d1..4; d1..4: T; ! b silent", 0, is_complete_unmarked },
	{ "a silent one of four", "S: a; a: b1..4; b1..4: T; ! b2 silent", 0, is_complete_unmarked },
	{ "a silent target", "S: a; a: b1..4; b1..4: T; ! T silent", 0, is_complete_unmarked },
	{ "8 wide behind 6 at once, then 1/s", "S: a; a: b1..8; b1..8: T; ! a limit 6 1", 0, is_limited_at_a },
	{ "2 wide, all of them 6 at once, then 1/s",
		"S: a; a: b1..2; b1..2: T; ! a limit 6 1; ! b1 limit 6 1; ! b2 limit 6 1; ! T limit 6 1", 0,
		is_complete_without_silence },
	{ "one of 16 limited", "S: a; a: b1..16; b1..16: T; ! b3 limit 3 1", 0, is_complete_without_silence },
	{ "8 wide per packet", "S: a; a: b1..8; b1..8: T; ! a per-packet", 0, is_per_packet_at_2 },
	{ "uneven lengths", "S: a; a: b1..2; b1: c; b2: T; c: T", 0, is_complete_unmarked },
	{ "uneven lengths, nothing quoted", "S: a; a: b1..2; b1: c; b2: T; c: T; ! T no-quote", 0,
		is_complete_unmarked },
	{ "a loop", "S: a; a: b; b: c; c: b", 0, has_loop_of_two },
};

enum { MOST_PROBES = SEARCH_PROBES };

static struct search s;

static unsigned median_of(const unsigned *counts, unsigned runs)
{
	unsigned below = 0, at = 0;

	for (; at < MOST_PROBES && below + counts[at] <= runs / 2; at++)
		below += counts[at];
	return at;
}

/* Wilson's lower limit, one-sided at 99 %. */
static double lower_limit(unsigned right, unsigned runs)
{
	double z = 2.326, n = runs, p = right / n;

	return (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n);
}

static bool simulate(const struct shape *shape, unsigned runs)
{
	static struct network n;
	static unsigned counts[MOST_PROBES + 1];
	struct search_settings settings = search_defaults();
	unsigned right = 0, median, most = shape->probes + shape->probes / 10;
	double slowest = 0, seconds = 0, limit;
	clock_t began = clock();
	bool is_ok;

	memset(counts, 0, sizeof(counts));
	network_parse(&n, shape->text);
	for (unsigned i = 0; i < runs; i++) {
		struct run_result r = run_search(&s, &n, &settings, i, 0);

		counts[r.probes]++;
		right += shape->is_right(&s, &n, &r);
		seconds += r.seconds;
		slowest = r.seconds > slowest ? r.seconds : slowest;
	}
	median = median_of(counts, runs);
	limit = lower_limit(right, runs);
	is_ok = right >= 0.95 * runs && limit >= 0.945 && (!shape->probes || median <= most);
	printf("%s trace: %s: all found in %.1f %% of %u runs (at least %.2f), %u probes", is_ok ? "ok" : "not ok",
		shape->name, 100.0 * right / runs, runs, limit, median);
	if (shape->probes)
		printf(" (of at most %u)", most);
	printf(", %.2f s, at most %.1f s; cpu %.1f s\n", seconds / runs, slowest,
		(double)(clock() - began) / CLOCKS_PER_SEC);
	fflush(stdout);
	return is_ok;
}

int main(int argc, char **argv)
{
	unsigned runs = argc > 1 ? (unsigned)atoi(argv[1]) : 10000;
	bool is_ok = true;

	for (unsigned i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (argc > 2 && strcmp(argv[2], shapes[i].name) != 0)
			continue;
		is_ok &= simulate(&shapes[i], runs);
	}
	if (argc <= 2) {
		is_ok &= pairs_compare(&s);
		is_ok &= chaos_run(&s, runs);
	}
	return is_ok ? 0 : 1;
}
