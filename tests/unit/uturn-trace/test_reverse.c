/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/ip.h"
#include "tools/uturn-trace/reverse.h"

enum { DISTANCE = 4, TIMEOUT = 300 };

static const struct aim aim = { .target = { .family = 4, .bytes = { 203, 0, 113, 80 } },
	.source = { .family = 4, .bytes = { 10, 1, 1, 10 } },
	.protocol = PROTOCOL_UDP };
static const struct addr router = { .family = 4, .bytes = { 10, 2, 1, 1 } };

/* Prepares a probe of the forward path, sent at this time. */
static struct sent_probe prepare(struct reverse *r, unsigned flow, unsigned hop, unsigned attempt, uint64_t now_ns)
{
	const struct search_probe probe = { .sent_ns = now_ns,
		.flow = (uint16_t)flow,
		.hop = (uint8_t)hop,
		.ttl = (uint8_t)hop,
		.attempt = (uint8_t)attempt };
	struct sent_probe p = { .id = 1, .hop = (uint8_t)hop };

	reverse_prepare(r, DISTANCE, &probe, &p);
	return p;
}

/* What answers the trial of a flow; is it of the forward path? */
static bool try(struct reverse *r, unsigned flow, enum answer_form form, const struct addr *from, unsigned ttl_left)
{
	const struct sent_probe p = prepare(r, flow, DISTANCE, 1, 0);
	const struct answer a = { .form = form, .from = *from, .ttl_left = (uint8_t)ttl_left };
	struct search_answer out;

	assert_true(p.is_trial && !p.is_neutral);
	assert_int_equal(p.ttl, DISTANCE + !r->has_no_quotes);
	return reverse_read(r, &p, &a, &out);
}

static void probes_at_the_target(void **state)
{
	/* clang-format off */
	static const struct { unsigned flow, hop, attempt; bool is_trial; unsigned ttl; } rows[] = {
		{ 0, DISTANCE, 1, false, SEARCH_FAR_HOP },
		{ 0, DISTANCE, 2, false, DISTANCE }, /* a host may be silent to the first */
		{ 1, DISTANCE, 1, true, DISTANCE + 1 },
		{ 1, DISTANCE, 2, false, SEARCH_FAR_HOP },
		{ 1, DISTANCE, 3, false, DISTANCE },
		{ 3, DISTANCE, 1, true, DISTANCE + 1 },
		{ 4, DISTANCE, 1, false, SEARCH_FAR_HOP },
		{ 1, DISTANCE - 1, 1, false, DISTANCE - 1 },
	};
	/* clang-format on */
	struct reverse r = { .aim = &aim, .trials_wanted = REVERSE_TRIALS };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sent_probe p = prepare(&r, rows[i].flow, rows[i].hop, rows[i].attempt, 0);

		if (p.is_trial != rows[i].is_trial || p.is_neutral == p.is_trial || p.ttl != rows[i].ttl)
			fail_msg("row %zu: trial %d, TTL %u", i, p.is_trial, p.ttl);
	}
}

static void three_answers_of_a_kernel(void **state)
{
	struct reverse r = { .aim = &aim, .trials_wanted = REVERSE_TRIALS };

	(void)state;
	for (unsigned flow = 1; flow <= 3; flow++) {
		assert_int_equal(reverse_verdict(&r, 0, TIMEOUT), REVERSE_OPEN);
		assert_true(try(&r, flow, ANSWER_IS_UNREACHABLE, &aim.target, 2));
	}
	assert_int_equal(reverse_verdict(&r, 0, TIMEOUT), REVERSE_NO_UTURN);
}

static void an_answer_of_another(void **state)
{
	struct reverse r = { .aim = &aim, .trials_wanted = REVERSE_TRIALS };

	(void)state;
	assert_true(try(&r, 1, ANSWER_IS_UNREACHABLE, &aim.target, 2));
	assert_false(try(&r, 2, ANSWER_IS_EXPIRED, &router, 1));
	assert_int_equal(reverse_verdict(&r, 0, TIMEOUT), REVERSE_MAY_TURN);
	assert_int_equal(r.turned, 0); /* it may be a router of a longer flow */
}

static void silence_is_waited_for(void **state)
{
	struct reverse r = { .aim = &aim, .trials_wanted = REVERSE_TRIALS };

	(void)state;
	for (unsigned flow = 1; flow <= 3; flow++)
		prepare(&r, flow, DISTANCE, 1, flow);
	assert_int_equal(reverse_verdict(&r, 3 + TIMEOUT, TIMEOUT), REVERSE_OPEN);
	assert_int_equal(reverse_verdict(&r, 4 + TIMEOUT, TIMEOUT), REVERSE_MAY_TURN);
}

/* Fewer flows than there would be trials; and none, where replies are not limited. */
static void few_trials(void **state)
{
	struct reverse one = { .aim = &aim, .trials_wanted = 1 }, none = { .aim = &aim };

	(void)state;
	assert_true(try(&one, 1, ANSWER_IS_UNREACHABLE, &aim.target, 2));
	assert_int_equal(reverse_verdict(&one, 0, TIMEOUT), REVERSE_MAY_TURN);
	assert_int_equal(reverse_verdict(&none, 0, TIMEOUT), REVERSE_MAY_TURN);
	assert_false(prepare(&none, 1, DISTANCE, 1, 0).is_trial);
}

/* Nothing is quoted: a trial expires at the target, which may say so, and not behind it. */
static void without_quotes(void **state)
{
	struct reverse r = { .aim = &aim, .trials_wanted = REVERSE_TRIALS, .has_no_quotes = true };

	(void)state;
	assert_true(try(&r, 1, ANSWER_IS_UNREACHABLE, &aim.target, 0));
	assert_int_equal(r.refused, 1);
	assert_true(try(&r, 2, ANSWER_IS_EXPIRED, &aim.target, 0));
	assert_int_equal(reverse_verdict(&r, 0, TIMEOUT), REVERSE_MAY_TURN);
	assert_false(try(&r, 3, ANSWER_IS_EXPIRED, &router, 0));
	assert_int_equal(prepare(&r, 3, DISTANCE, 2, 0).ttl, DISTANCE);
	assert_true(prepare(&r, 3, DISTANCE, 2, 0).is_neutral);
}

/* Behind a NAT box the server sees another address than this host's own. */
static void ends_of_requests(void **state)
{
	static const struct addr nat = { .family = 4, .bytes = { 198, 51, 100, 7 } };
	/* clang-format off */
	static const struct {
		const char *name;
		enum answer_form form;
		uint8_t type, code;
		bool is_outside_known, is_end;
		uint8_t kind;
	} rows[] = {
		{ "a router", ANSWER_IS_EXPIRED, 11, 0, false, false, SEARCH_EXPIRED },
		{ "a reply", ANSWER_IS_REPLY, 0, 0, false, true, SEARCH_REACHED },
		{ "no such port", ANSWER_IS_UNREACHABLE, 3, 3, false, true, SEARCH_REACHED },
		{ "no such protocol", ANSWER_IS_UNREACHABLE, 3, 2, false, true, SEARCH_REACHED },
		{ "prohibited", ANSWER_IS_UNREACHABLE, 3, 13, false, false, SEARCH_UNREACHABLE },
		{ "a server that does not say", ANSWER_IS_EXPIRED, 0, 0, false, false, SEARCH_EXPIRED },
		{ "a server that does not say, the end is known", ANSWER_IS_EXPIRED, 0, 0, true, true, SEARCH_REACHED },
	};
	/* clang-format on */
	const struct sent_probe p = { .id = 1, .direction = BACK, .hop = 3, .ttl = 3, .is_request = true };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reverse r = { .aim = &aim };
		const struct answer a = { .form = rows[i].form,
			.from = nat,
			.type = rows[i].type,
			.code = rows[i].code };
		struct search_answer out;

		if (rows[i].is_outside_known)
			r.outside = nat;
		assert_true(reverse_read(&r, &p, &a, &out));
		if (out.kind != rows[i].kind || addr_equal(&out.addr, &aim.source) != rows[i].is_end)
			fail_msg("%s: kind %u", rows[i].name, out.kind);
	}
}

/* The answer to the probe that surely comes to its end says which address that is. */
static void the_end_of_a_server_that_does_not_say(void **state)
{
	const struct sent_probe first = { .id = 1, .direction = BACK, .hop = 1, .ttl = 1, .is_request = true },
				far = { .id = SEARCH_NONE,
					.direction = BACK,
					.hop = SEARCH_FAR_HOP,
					.ttl = SEARCH_FAR_HOP,
					.is_request = true };
	struct answer a = { .form = ANSWER_IS_EXPIRED, .from = router, .type = 11 };
	struct reverse r = { .aim = &aim };
	struct search_answer out;

	(void)state;
	assert_true(reverse_read(&r, &first, &a, &out));
	assert_false(r.has_no_kinds);
	assert_false(reverse_read(&r, &far, &a, &out)); /* it goes round in circles */
	assert_int_equal(r.outside.family, 0);
	a.type = 0;
	assert_true(reverse_read(&r, &first, &a, &out));
	assert_true(r.has_no_kinds);
	assert_false(reverse_read(&r, &far, &a, &out));
	assert_true(addr_equal(&r.outside, &router));
}

/* Nothing answers what is not turned: what is turned tells where the target is, and all flows are asked by that. */
static void behind_a_firewall(void **state)
{
	const struct answer expired = { .form = ANSWER_IS_EXPIRED, .from = aim.target, .ttl_left = 1 },
			    refused = { .form = ANSWER_IS_UNREACHABLE, .from = aim.target, .ttl_left = 1 };
	struct reverse r = { .aim = &aim, .trials_wanted = REVERSE_TRIALS };
	const struct search_probe again = { .hop = DISTANCE, .ttl = DISTANCE, .attempt = 2 };
	struct sent_probe p = { .id = 1, .hop = DISTANCE };
	struct search_answer out;

	(void)state;
	reverse_prepare(&r, 0, &again, &p);
	assert_true(!p.is_neutral && p.ttl == DISTANCE);
	assert_true(reverse_read(&r, &p, &expired, &out));
	assert_int_equal(out.kind, SEARCH_REACHED);
	assert_int_equal(reverse_verdict(&r, 0, TIMEOUT), REVERSE_MAY_TURN);
	p = prepare(&r, 1, DISTANCE, 1, 0);
	assert_true(!p.is_neutral && !p.is_trial && p.ttl == DISTANCE);
	/* the first attempt was lost, and no firewall is there */
	p = (struct sent_probe){ .id = 1, .hop = DISTANCE, .ttl = DISTANCE, .is_neutral = true };
	assert_true(reverse_read(&r, &p, &refused, &out));
	reverse_prepare(&r, 0, &again, &p);
	assert_true(p.is_neutral);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_at_the_target),
		cmocka_unit_test(three_answers_of_a_kernel),
		cmocka_unit_test(an_answer_of_another),
		cmocka_unit_test(silence_is_waited_for),
		cmocka_unit_test(few_trials),
		cmocka_unit_test(without_quotes),
		cmocka_unit_test(behind_a_firewall),
		cmocka_unit_test(ends_of_requests),
		cmocka_unit_test(the_end_of_a_server_that_does_not_say),
	};

	return cmocka_run_group_tests_name("reverse", tests, NULL, NULL);
}
