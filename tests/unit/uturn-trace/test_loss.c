/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tools/uturn-trace/search/loss.h"

static struct loss l;

/* Sweeps of one flow over some hops, as text: '1' answered, '0' not, '-' not sent. */
static void sweep(unsigned flow, const char *hops, unsigned times)
{
	uint64_t sent = 0, answered = 0;

	for (unsigned i = 0; hops[i]; i++) {
		sent |= (uint64_t)(hops[i] != '-') << i;
		answered |= (uint64_t)(hops[i] == '1') << i;
	}
	while (times--)
		loss_add(&l, flow, (unsigned)strlen(hops), sent, answered);
}

static void tails(void **state)
{
	const struct loss_flow *f;

	(void)state;
	loss_init(&l);
	assert_null(loss_find(&l, 3));
	sweep(3, "11111", 7);
	sweep(3, "11110", 1); /* the target alone: any hop may miss one */
	sweep(3, "11000", 1);
	sweep(3, "11-00", 1);
	sweep(3, "01011", 1);
	sweep(3, "00000", 1);
	f = loss_find(&l, 3);
	assert_int_equal(f->sweeps, 12);
	assert_int_equal(f->tails[1], 1);
	assert_int_equal(f->tails[3], 1);
	assert_int_equal(f->tails[4], 1);
	assert_int_equal(f->tails[5], 0);
	assert_int_equal(f->sent[3], 11);
	assert_int_equal(loss_of_target(f).lost, 4);
	assert_int_equal(loss_of_target(f).sent, 12);
	assert_int_equal(loss_of_tails(f, 3).lost, 1);
	assert_true(loss_of_target(f).least > 0.1 && loss_of_target(f).most < 0.7);
}

static void long_ago(void **state)
{
	const struct loss_flow *f;

	(void)state;
	loss_init(&l);
	sweep(3, "1110", 10);
	sweep(3, "1100", 5);
	sweep(3, "1111", 86);
	loss_fade(&l, 3, 102);
	loss_fade(&l, 4, 0); /* never swept: not added */
	assert_null(loss_find(&l, 4));
	f = loss_find(&l, 3);
	assert_int_equal(f->sweeps, 101);
	loss_fade(&l, 3, 101);
	assert_int_equal(f->sweeps, 50);
	assert_int_equal(loss_of_target(f).lost, 7);
	assert_int_equal(loss_of_target(f).sent, 50);
	assert_int_equal(loss_of_tails(f, 3).lost, 2);
}

/* What is too little of each flow to tell is enough of all. */
static void together(void **state)
{
	struct loss_flow sum = { .sweeps = 0 };

	(void)state;
	loss_init(&l);
	for (unsigned flow = 0; flow < 8; flow++) {
		sweep(flow, "11111", 8);
		sweep(flow, "11000", 1);
		assert_int_equal(loss_locate(loss_find(&l, flow)), 0);
		loss_sum(&sum, loss_find(&l, flow));
	}
	assert_int_equal(sum.sweeps, 72);
	assert_int_equal(loss_of_target(&sum).lost, 8);
	assert_int_equal(loss_locate(&sum), 3);
}

/* Which link is blamed, by the hop that it leads to. */
static void places(void **state)
{
	static const struct {
		const char *name;
		struct {
			const char *hops;
			unsigned times;
		} sweeps[4];
		unsigned hop;
	} rows[] = {
		{ "none", { { "11111", 100 } }, 0 },
		{ "too little to tell", { { "11111", 98 }, { "11000", 2 } }, 0 },
		{ "all behind hop 2", { { "11111", 90 }, { "11000", 10 } }, 3 },
		{ "each by chance", { { "11111", 70 }, { "11011", 10 }, { "11101", 10 }, { "11110", 10 } }, 3 },
		{ "the last link", { { "11111", 90 }, { "11110", 10 } }, 5 },
		{ "the first link", { { "11111", 90 }, { "00000", 10 } }, 1 },
		{ "a router that misses some", { { "11111", 50 }, { "10111", 50 } }, 0 },
		{ "a router that misses some, and a link", { { "11111", 40 }, { "10111", 50 }, { "11100", 10 } }, 4 },
		{ "a silent router before the link", { { "10111", 90 }, { "10100", 10 } }, 4 },
		{ "a hop that was not asked", { { "1-111", 90 }, { "1-100", 10 } }, 4 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned hop;

		loss_init(&l);
		for (unsigned j = 0; j < 4 && rows[i].sweeps[j].hops; j++)
			sweep(9, rows[i].sweeps[j].hops, rows[i].sweeps[j].times);
		hop = loss_locate(loss_find(&l, 9));
		if (hop != rows[i].hop)
			fail_msg("%s: %u, not %u", rows[i].name, hop, rows[i].hop);
	}
}

static void flows_are_apart(void **state)
{
	(void)state;
	loss_init(&l);
	for (unsigned flow = 0; flow <= LOSS_FLOWS; flow++)
		sweep(flow, "11", flow + 1);
	for (unsigned flow = 0; flow < LOSS_FLOWS; flow++)
		assert_int_equal(loss_find(&l, flow)->sweeps, flow + 1);
	assert_null(loss_find(&l, LOSS_FLOWS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tails),
		cmocka_unit_test(long_ago),
		cmocka_unit_test(together),
		cmocka_unit_test(places),
		cmocka_unit_test(flows_are_apart),
	};

	return cmocka_run_group_tests_name("trace loss", tests, NULL, NULL);
}
