/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spoof_tally.h"

enum { NS_PER_SECOND = 1000000000 };

static struct spoof_tally_test *test_of(struct spoof_tally *t, const struct spoof_message *m)
{
	struct spoof_tally_test *free_one = NULL;

	for (unsigned i = 0; i < SPOOF_TALLY_TESTS; i++) {
		struct spoof_tally_test *test = &t->tests[i];

		if (!test->is_used)
			free_one = free_one ? free_one : test;
		else if (test->token == m->token)
			return addr_equal(&test->foreign, &m->foreign) ? test : NULL;
	}
	if (free_one) {
		*free_one = (struct spoof_tally_test){ .is_used = true, .token = m->token, .foreign = m->foreign };
		t->used++;
	}
	return free_one;
}

static void count(uint16_t *counter)
{
	if (*counter < UINT16_MAX)
		++*counter;
}

static void credit_fill(struct spoof_tally *t, uint64_t now_ns)
{
	const uint64_t each_ns = NS_PER_SECOND / SPOOF_TALLY_RATE;
	uint64_t gained = (now_ns - t->filled_ns) / each_ns;

	if (t->filled_ns == 0 || gained + t->credit >= SPOOF_TALLY_RATE) {
		t->credit = SPOOF_TALLY_RATE;
		t->filled_ns = now_ns;
		return;
	}
	t->credit += (unsigned)gained;
	t->filled_ns += gained * each_ns;
}

static bool may_answer(struct spoof_tally *t, struct spoof_tally_test *test, uint64_t now_ns)
{
	credit_fill(t, now_ns);
	if (t->credit == 0 || test->answer_count == SPOOF_TALLY_ANSWERS)
		return false;
	t->credit--;
	test->answer_count++;
	return true;
}

bool spoof_tally_take(struct spoof_tally *t, const struct addr *from, const struct spoof_message *m, uint64_t now_ns,
	struct spoof_message *answer)
{
	struct spoof_tally_test *test;

	if (m->kind == SPOOF_ANSWER || m->foreign.family != from->family)
		return false;
	test = test_of(t, m);
	if (!test)
		return false;
	test->last_ns = now_ns;
	if (m->kind == SPOOF_FOREIGN) {
		count(addr_equal(from, &m->foreign) ? &test->foreign_count : &test->rewritten_count);
		return false;
	}
	if (test->own.family == 0)
		test->own = *from;
	if (!addr_equal(from, &test->own) || addr_equal(from, &m->foreign))
		return false; /* a test is of one host, and its own address is not foreign */
	count(&test->own_count);
	*answer = *m;
	answer->kind = SPOOF_ANSWER;
	answer->seen = *from;
	answer->own_count = test->own_count;
	answer->foreign_count = test->foreign_count;
	answer->rewritten_count = test->rewritten_count;
	return may_answer(t, test, now_ns);
}

bool spoof_tally_over(struct spoof_tally *t, uint64_t now_ns, struct spoof_tally_test *over)
{
	for (unsigned i = 0; t->used && i < SPOOF_TALLY_TESTS; i++) {
		struct spoof_tally_test *test = &t->tests[i];

		if (!test->is_used || now_ns - test->last_ns < NS_PER_SECOND)
			continue;
		*over = *test;
		test->is_used = false;
		t->used--;
		return true;
	}
	return false;
}
