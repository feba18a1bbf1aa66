/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stated of balancers that exist in memory only: which of their fields matter is known here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tools/uturn-trace/search/fields.h"

enum { RUNS = 10000, WAYS = 16, TESTS = 3, VALUES = 17, RTT_MS = 20 };

/* A balancer, and the path to it. Shares and losses are of 1. */
struct balancer {
	unsigned ways;
	double shares[WAYS];
	bool matters[TESTS]; /* the field */
	bool is_per_packet;
	double missing; /* of the variants: upstream another router is taken */
	double loss;
	bool hides; /* the last field is the same again in front of the balancer */
};

struct out {
	uint32_t reference;
	uint64_t due_ns;
	enum fields_outcome outcome;
};

static uint64_t random_state = 1;

static double chance(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(random_state >> 11) / (double)(UINT64_C(1) << 53);
}

static unsigned pick(const struct balancer *b)
{
	double at = chance();

	for (unsigned i = 0; i + 1 < b->ways; i++) {
		at -= b->shares[i];
		if (at < 0)
			return i;
	}
	return b->ways - 1;
}

/* The ways of all variants, drawn once: the same variant goes the same way. */
struct map {
	unsigned bases[FIELDS_BASES];
	unsigned variants[TESTS][FIELDS_BASES][VALUES];
	bool misses[TESTS][FIELDS_BASES][VALUES];
};

static void draw(const struct balancer *b, struct map *m)
{
	for (unsigned base = 0; base < FIELDS_BASES; base++) {
		m->bases[base] = pick(b);
		for (unsigned test = 0; test < TESTS; test++)
			for (unsigned value = 0; value < VALUES; value++) {
				m->variants[test][base][value] = b->matters[test] ? pick(b) : m->bases[base];
				m->misses[test][base][value] = chance() < b->missing;
			}
	}
}

static enum fields_outcome ask(const struct balancer *b, const struct map *m, const struct fields_probe *p)
{
	unsigned way;

	if (p->test == FIELDS_CONTROL) {
		if (!p->is_next_hop)
			return FIELDS_SAME;
		way = m->bases[p->base];
	} else {
		if (m->misses[p->test][p->base][p->value])
			return FIELDS_MISSED;
		if (!p->is_next_hop)
			return b->hides && p->test == TESTS - 1 ? FIELDS_HIDDEN : FIELDS_SAME;
		way = m->variants[p->test][p->base][p->value];
	}
	if (b->is_per_packet)
		way = pick(b);
	return way == m->bases[p->base] ? FIELDS_SAME : FIELDS_OTHER;
}

/* The largest share as a search sees it, of so many flows. */
static double share_seen(const struct balancer *b, unsigned flows)
{
	unsigned seen[WAYS] = { 0 }, most = 0;

	for (unsigned i = 0; i < flows; i++)
		seen[pick(b)]++;
	for (unsigned i = 0; i < b->ways; i++)
		most = seen[i] > most ? seen[i] : most;
	return (most + 1.0) / (flows + 1.0);
}

static void begin(struct fields *f, const struct balancer *b, double share)
{
	const struct fields_balancer given = { .share = share,
		.timeout_ns = 300 * UINT64_C(1000000),
		.gap_least_ns = 1000000,
		.base_count = FIELDS_BASES };
	struct fields_balancer *added;

	fields_init(f, 0.05);
	added = fields_add(f, &given);
	assert_non_null(added);
	for (unsigned i = 0; i < TESTS; i++)
		fields_test(added, i, VALUES);
	(void)b;
}

/* Returns the probes that it took; they come back, or not, after a round trip. */
static unsigned run(struct fields *f, const struct balancer *b)
{
	static struct out out[4096];
	struct fields_probe p;
	struct map m;
	uint64_t now_ns = 0, until_ns;
	unsigned sent = 0, next = 0;
	enum fields_step step;

	draw(b, &m);
	while ((step = fields_next(f, now_ns, &p, &until_ns)) != FIELDS_DONE) {
		if (step == FIELDS_SEND) {
			assert_true(sent < 4096);
			out[sent++] = (struct out){ p.reference, now_ns + RTT_MS * UINT64_C(1000000),
				chance() < b->loss ? FIELDS_SLOTS : ask(b, &m, &p) };
			continue;
		}
		if (next < sent && out[next].due_ns <= until_ns) {
			now_ns = out[next].due_ns > now_ns ? out[next].due_ns : now_ns;
			if ((unsigned)out[next].outcome != FIELDS_SLOTS)
				fields_on_answer(f, out[next].reference, out[next].outcome);
			next++;
		} else {
			assert_true(until_ns > now_ns);
			now_ns = until_ns;
		}
	}
	return sent;
}

static void equal(struct balancer *b, unsigned ways)
{
	b->ways = ways;
	for (unsigned i = 0; i < ways; i++)
		b->shares[i] = 1.0 / ways;
}

static void wanted(void **state)
{
	(void)state;
	assert_int_equal(fields_wanted(0.05, 0.5), 5); /* six variants: 0.5^5 <= 0.05 */
	assert_int_equal(fields_wanted(0.05, 0.25), 5); /* never fewer: the share is an estimate */
	assert_int_equal(fields_wanted(0.05, 0.75), 11);
	assert_int_equal(fields_wanted(0.05, 1), 99);
}

/* Each kind of balancer 10,000 times: of the statements fewer than e are wrong, and most that can be made are made. */
static void statements(void **state)
{
	static const struct {
		const char *name;
		unsigned ways;
		double first; /* share of the first way; 0: all are equal */
		double missing, loss;
		double made; /* statements, of those that could be made */
	} rows[] = {
		{ "two ways", 2, 0, 0, 0, 0.99 },
		{ "sixteen ways", 16, 0, 0, 0, 0.99 },
		{ "one way has two thirds", 2, 0.667, 0, 0, 0.97 },
		{ "one way has three quarters", 2, 0.75, 0, 0, 0.9 },
		{ "behind another balancer of two", 2, 0, 0.5, 0, 0.99 },
		{ "behind another balancer of four", 2, 0, 0.75, 0, 0.95 },
		{ "one of five answers is lost", 2, 0, 0, 0.2, 0.98 },
	};
	struct fields *f = malloc(sizeof(*f));

	(void)state;
	assert_non_null(f);
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		unsigned wrong = 0, nots = 0, made = 0, possible = 0;
		struct balancer b = { .missing = rows[row].missing, .loss = rows[row].loss };

		equal(&b, rows[row].ways);
		if (rows[row].first > 0) {
			b.shares[0] = rows[row].first;
			b.shares[1] = 1 - rows[row].first;
		}
		random_state = row + 1;
		for (unsigned i = 0; i < RUNS; i++) {
			for (unsigned t = 0; t < TESTS; t++)
				b.matters[t] = chance() < 0.5;
			begin(f, &b, share_seen(&b, 11));
			run(f, &b);
			for (unsigned t = 0; t < TESTS; t++) {
				const enum fields_verdict v = fields_verdict(f, 0, t);

				possible++;
				made += v != FIELDS_UNKNOWN;
				nots += b.matters[t];
				wrong += v == FIELDS_NO && b.matters[t];
				/* what does not matter never makes a difference */
				assert_false(v == FIELDS_YES && !b.matters[t]);
			}
		}
		if (wrong > 0.05 * nots || made < rows[row].made * possible)
			fail_msg("%s: %u of %u wrong, %u of %u made", rows[row].name, wrong, nots, made, possible);
	}
	free(f);
}

/* Of a balancer by packet nothing is stated but for chance, whatever matters besides. */
static void by_packet(void **state)
{
	struct fields *f = malloc(sizeof(*f));
	struct balancer b = { .is_per_packet = true };
	unsigned wrong = 0;

	(void)state;
	assert_non_null(f);
	equal(&b, 2);
	random_state = 7;
	for (unsigned i = 0; i < RUNS; i++) {
		begin(f, &b, 0.5);
		run(f, &b);
		wrong += fields_verdict(f, 0, 0) != FIELDS_UNKNOWN;
	}
	assert_true(wrong <= 0.05 * RUNS);
	free(f);
}

/* What the balancer does not see, or what does not come to it, is not stated, though the rest is. */
static void not_tested(void **state)
{
	struct fields *f = malloc(sizeof(*f));
	struct balancer b = { .matters = { true, false, true }, .hides = true };
	unsigned probes;

	(void)state;
	assert_non_null(f);
	equal(&b, 2);
	random_state = 9;
	begin(f, &b, 0.5);
	probes = run(f, &b);
	assert_int_equal(fields_verdict(f, 0, 0), FIELDS_YES);
	assert_int_equal(fields_verdict(f, 0, 1), FIELDS_NO);
	assert_int_equal(fields_verdict(f, 0, 2), FIELDS_UNKNOWN);
	assert_true(probes < 50);
	b.missing = 1;
	begin(f, &b, 0.5);
	run(f, &b);
	assert_int_equal(fields_verdict(f, 0, 0), FIELDS_UNKNOWN);
	b.loss = 1;
	begin(f, &b, 0.5);
	probes = run(f, &b);
	assert_int_equal(fields_verdict(f, 0, 1), FIELDS_UNKNOWN);
	assert_true(probes <= 3 * FIELDS_BASES);
	free(f);
}

/* Answers twice, late, to probes that the system refused, and to none at all. */
static void answers_that_are_odd(void **state)
{
	struct fields *f = malloc(sizeof(*f));
	struct balancer b = { .matters = { false } };
	struct fields_probe p, other;
	uint64_t until_ns;

	(void)state;
	assert_non_null(f);
	equal(&b, 2);
	begin(f, &b, 0.5);
	fields_on_answer(f, 0, FIELDS_SAME);
	fields_on_answer(f, UINT32_MAX, FIELDS_OTHER);
	assert_int_equal(fields_next(f, 0, &p, &until_ns), FIELDS_SEND);
	assert_int_equal(p.test, FIELDS_CONTROL);
	fields_on_refusal(f, p.reference);
	assert_false(fields_find(f, p.reference, &other));
	assert_int_equal(fields_next(f, 1000000, &other, &until_ns), FIELDS_SEND);
	assert_int_equal(other.base, p.base);
	assert_int_not_equal(other.reference, p.reference);
	fields_on_answer(f, p.reference, FIELDS_OTHER);
	assert_false(fields_is_unstable(f, 0));
	fields_on_answer(f, other.reference, FIELDS_SAME);
	fields_on_answer(f, other.reference, FIELDS_OTHER);
	assert_false(fields_is_unstable(f, 0));
	assert_int_equal(fields_next(f, 2000000, &p, &until_ns), FIELDS_SEND);
	assert_true(p.is_next_hop);
	fields_on_answer(f, p.reference, FIELDS_OTHER);
	assert_true(fields_is_unstable(f, 0));
	assert_int_equal(fields_next(f, 3000000, &p, &until_ns), FIELDS_DONE);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wanted),
		cmocka_unit_test(statements),
		cmocka_unit_test(by_packet),
		cmocka_unit_test(not_tested),
		cmocka_unit_test(answers_that_are_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
