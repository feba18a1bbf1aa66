/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "compare/compare.h"

enum { FLOWS = 64, HOPS = 6, CHANGES = 16 };

static struct compare_work work;
static struct compare_change changes[CHANGES];

/* A run as text: a word a flow, a letter a hop; '.': no answer. */
static struct compare_run run_of(const char *text, uint16_t met[FLOWS * HOPS])
{
	struct compare_run run = { .met = met, .hops = HOPS };

	memset(met, 0xff, sizeof(met[0]) * FLOWS * HOPS);
	for (unsigned hop = 0; *text; text++) {
		if (*text == ' ') {
			run.flows++;
			hop = 0;
			continue;
		}
		if (*text != '.')
			met[run.flows * HOPS + hop] = (uint16_t)*text;
		hop++;
	}
	run.flows++;
	return run;
}

/* "path 2 -b +x 1/4": kind, hop, routers that are gone and new, flows that moved of those compared. */
static const char *changes_of(const char *before, const char *after, uint64_t per_packet_hops)
{
	static const char *const kinds[] = { "path", "remapped", "maybe", "delay", "loss" };
	static char text[512];
	uint16_t met_before[FLOWS * HOPS], met_after[FLOWS * HOPS];
	struct compare_run a = run_of(before, met_before), b = run_of(after, met_after);
	unsigned count;
	size_t at = 0;

	a.per_packet_hops = per_packet_hops;
	count = compare_paths(&a, &b, &work, changes, CHANGES);
	text[0] = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct compare_change *c = &changes[i];

		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s %u", i ? ", " : "", kinds[c->kind], c->hop);
		for (unsigned g = 0; g < c->gone_count; g++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, " -%c", c->gone[g]);
		for (unsigned n = 0; n < c->added_count; n++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, " +%c", c->added[n]);
		if (c->kind == COMPARE_MAYBE)
			at += (size_t)snprintf(text + at, sizeof(text) - at, " %u/%u", c->seen, c->asked);
		else
			at += (size_t)snprintf(text + at, sizeof(text) - at, " %u/%u", c->moved, c->compared);
	}
	return text;
}

static const struct {
	const char *name, *before, *after;
	uint64_t per_packet_hops;
	const char *changes;
} rows[] = {
	{ "the same", "abt act abt", "abt act abt", 0, "" },
	{ "a flow more and one less", "abt act abt", "abt act", 0, "" },
	{ "not answered now", "abt act", "a.t act", 0, "maybe 2 -b 1/2" },
	{ "one replaced", "abt act abt act", "axt act axt act", 0, "path 2 -b +x 2/4" },
	{ "one withdrawn, its flows to others", "abt act adt abt", "act act adt adt", 0, "path 2 -b 2/4" },
	{ "one added", "abt act abt act", "abt axt abt act", 0, "path 2 +x 1/4" },
	{ "spread anew", "abt act abt act", "act abt abt act", 0, "remapped 2 2/4" },
	{ "spread anew by packet", "abt act abt act", "act abt abt act", 2, "" },
	{ "another flow alone", "abt act abt", "abt act abt adt", 0, "maybe 2 +d 1/4" },
	{ "a hop more at the beginning", "abct adct", "axbct axdct", 0, "path 2 +x 2/2" },
	{ "silent for all", "abt act", "a.t a.t", 0, "" },
};

static void paths(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *found = changes_of(rows[i].before, rows[i].after, rows[i].per_packet_hops);

		if (strcmp(found, rows[i].changes) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].name, found, rows[i].changes);
	}
}

/* Other flows alone: how many of 20 have to meet a router that none of 20 had met? */
static void many_other_flows_are_a_path(void **state)
{
	static const struct {
		unsigned met;
		enum compare_kind kind;
	} counts[] = { { 1, COMPARE_MAYBE }, { 6, COMPARE_MAYBE }, { 7, COMPARE_PATH }, { 12, COMPARE_PATH } };

	(void)state;
	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		uint16_t before[40], after[40];
		struct compare_run a = { .met = before, .flows = 40, .hops = 1 },
				   b = { .met = after, .flows = 40, .hops = 1 };

		for (unsigned f = 0; f < 40; f++) {
			before[f] = f < 20 ? 1 : COMPARE_NOBODY;
			after[f] = f < 20 ? COMPARE_NOBODY : f < 20 + counts[i].met ? 2 : 1;
		}
		assert_int_equal(compare_paths(&a, &b, &work, changes, CHANGES), 1);
		assert_int_equal(changes[0].kind, counts[i].kind);
		assert_int_equal(changes[0].added[0], 2);
		assert_true(changes[0].p > 0);
	}
}

static uint32_t before_us[3][20], after_us[3][20];

/* Three routers in a row, of 1, 12 and 20 ms before. */
static unsigned delays_of(unsigned answers, const unsigned added_us[3])
{
	static const unsigned base_us[3] = { 1000, 12000, 20000 };
	struct compare_delay delays[3];

	for (unsigned r = 0; r < 3; r++) {
		for (unsigned i = 0; i < answers; i++) {
			before_us[r][i] = base_us[r] + i * 7919 % 100;
			after_us[r][i] = base_us[r] + i * 104729 % 100 + added_us[r];
		}
		delays[r] = (struct compare_delay){ .before = before_us[r],
			.after = after_us[r],
			.before_count = (uint16_t)answers,
			.after_count = (uint16_t)answers,
			.router = (uint16_t)r,
			.hop = (uint8_t)(r + 1) };
	}
	return compare_delays(delays, 3, changes, CHANGES);
}

static void delays(void **state)
{
	(void)state;
	assert_int_equal(delays_of(20, (const unsigned[3]){ 0, 0, 0 }), 0);
	assert_int_equal(delays_of(20, (const unsigned[3]){ 0, 8000, 8000 }), 1);
	assert_int_equal(changes[0].hop, 2);
	assert_in_range(changes[0].before_us, 12000, 12100);
	assert_in_range(changes[0].after_us, 20000, 20100);
	assert_true(changes[0].p < 0.0001);
	assert_int_equal(delays_of(20, (const unsigned[3]){ 0, 8000, 12000 }), 2);
	assert_int_equal(changes[1].hop, 3);
	/* too small: 0.4 ms, and 0.55 ms of 12 */
	assert_int_equal(delays_of(20, (const unsigned[3]){ 400, 0, 0 }), 0);
	assert_int_equal(delays_of(20, (const unsigned[3]){ 0, 550, 550 }), 0);
	/* too few answers */
	assert_int_equal(delays_of(7, (const unsigned[3]){ 0, 8000, 8000 }), 0);
	assert_int_equal(delays_of(8, (const unsigned[3]){ 0, 8000, 8000 }), 1);
	/* a shift of one router that its successors do not show is its own */
	assert_int_equal(delays_of(20, (const unsigned[3]){ 5000, 0, 0 }), 1);
}

static void loss(void **state)
{
	double p;

	(void)state;
	assert_true(compare_loss(0, 100, 12, 100, &p));
	assert_true(p < 0.001);
	assert_false(compare_loss(2, 100, 6, 100, &p));
	assert_false(compare_loss(0, 0, 0, 0, &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(many_other_flows_are_a_path),
		cmocka_unit_test(delays),
		cmocka_unit_test(loss),
	};

	return cmocka_run_group_tests_name("trace compare", tests, NULL, NULL);
}
