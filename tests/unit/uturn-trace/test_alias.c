/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routers that exist in memory only, with counters of IPv4 ids: which addresses are found to be one router. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tools/uturn-trace/search/alias.h"

static const uint64_t ms_ns = 1000000, second_ns = 1000000000;

enum { ADDRESSES = 16, COUNTERS = 16, RUNS = 10000, PART = RUNS / 5, RATE_MOST = 2000 };
enum ids { IDS_COUNT, IDS_RANDOM, IDS_ZERO, IDS_CONSTANT };

struct counter {
	enum ids kind;
	double rate; /* a second, of what others send */
	uint64_t at_ns;
	uint16_t id;
};

/* An address, and how it answers. */
struct interface {
	unsigned counter, source; /* source: index of the address that it answers with */
	unsigned hop;
	bool is_silent;
	unsigned front; /* a firewall at this hop answers for it with `source`; 0: none */
};

struct world {
	struct alias alias;
	struct interface interfaces[ADDRESSES];
	struct counter counters[COUNTERS];
	unsigned count;
	double loss, rtt_ms, jitter_ms;
};

static uint64_t random_state = 1;

static double chance(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(random_state >> 11) / (double)(UINT64_C(1) << 53);
}

/* Poisson, by its normal approximation where it is large. */
static unsigned events(double mean)
{
	double limit = exp(-mean), product = chance();
	unsigned n = 0;

	if (mean > 50) {
		double normal = sqrt(-2 * log(chance() + 1e-12)) * cos(6.283185 * chance());
		double value = mean + normal * sqrt(mean);

		return value > 0 ? (unsigned)value : 0;
	}
	for (; product > limit; n++)
		product *= chance();
	return n;
}

static uint16_t draw(struct counter *c, uint64_t now_ns)
{
	if (c->kind == IDS_RANDOM)
		return (uint16_t)(65536 * chance());
	if (c->kind == IDS_ZERO)
		return 0;
	if (c->kind == IDS_CONSTANT)
		return 7;
	c->id = (uint16_t)(c->id + 1 + events(c->rate * (double)(now_ns - c->at_ns) / 1e9));
	c->at_ns = now_ns;
	return c->id;
}

static struct addr address_of(unsigned index)
{
	struct addr a = { .family = 4, .bytes = { 10, 0, 0, (uint8_t)(index + 1) } };

	return a;
}

static void start(struct world *w, unsigned count)
{
	w->count = count;
	w->loss = w->jitter_ms = 0;
	w->rtt_ms = 20;
	alias_init(&w->alias, true, 300 * ms_ns);
	for (unsigned i = 0; i < count; i++) {
		struct addr a = address_of(i);

		assert_int_equal(alias_add(&w->alias, &a), (int)i);
		w->interfaces[i] = (struct interface){ .counter = i, .source = i, .hop = 5 };
		w->counters[i] = (struct counter){ .rate = RATE_MOST * chance(), .id = (uint16_t)(65536 * chance()) };
		for (unsigned j = 0; j < i; j++)
			alias_pair(&w->alias, j, i, false);
	}
}

struct flight {
	uint64_t at_ns;
	uint32_t reference;
	struct alias_answer answer;
};

/* What the router, or the firewall in front of it, says to this probe. */
static struct alias_answer answer_to(struct world *w, const struct alias_probe *p, uint64_t now_ns)
{
	const struct interface *i = &w->interfaces[p->address];
	const unsigned hop = i->front ? i->front : i->hop;
	struct alias_answer a = { .from = address_of(i->source), .distance = (uint8_t)hop };

	a.is_closed_port = p->ttl >= hop && !(i->front && p->ttl == hop);
	a.id = draw(&w->counters[i->counter], now_ns);
	return a;
}

/* Answers come in the order of their times, whatever the jitter made of that of the probes. */
static unsigned run(struct world *w)
{
	static struct flight flights[ALIAS_PROBES];
	struct alias_probe p;
	uint64_t now_ns = second_ns, until_ns;
	unsigned count = 0, sent = 0;
	enum alias_step step;

	for (;;) {
		unsigned next = 0;

		step = alias_next(&w->alias, now_ns, &p, &until_ns);
		if (step == ALIAS_DONE)
			break;
		if (step == ALIAS_SEND) {
			const uint64_t half_ns = (uint64_t)(w->rtt_ms / 2 * 1e6);
			const uint64_t there_ns = half_ns + (uint64_t)(chance() * w->jitter_ms * 1e6);
			struct flight f = { now_ns + there_ns + half_ns, p.reference,
				answer_to(w, &p, now_ns + there_ns) };

			assert_int_equal(p.reference, sent);
			assert_true(++sent <= ALIAS_PROBES);
			if (!w->interfaces[p.address].is_silent && chance() >= w->loss)
				flights[count++] = f;
			continue;
		}
		assert_true(until_ns > now_ns);
		for (unsigned i = 1; i < count; i++)
			if (flights[i].at_ns < flights[next].at_ns)
				next = i;
		if (count && flights[next].at_ns <= until_ns) {
			now_ns = flights[next].at_ns > now_ns ? flights[next].at_ns : now_ns;
			alias_on_answer(&w->alias, now_ns, flights[next].reference, &flights[next].answer);
			flights[next] = flights[--count];
		} else {
			now_ns = until_ns;
		}
	}
	alias_resolve(&w->alias);
	return sent;
}

static bool is_one(const struct world *w, unsigned a, unsigned b)
{
	return w->alias.addresses[a].group == w->alias.addresses[b].group;
}

/* Two routers 10,000 times: they are never one, whatever their counters are. */
static void two_counters(void **state)
{
	static const struct {
		const char *name;
		double rate, drift; /* of both: the same but for so much; rate below 0: any */
		double jitter_ms, loss;
		bool is_near; /* their counters begin with nearly the same id */
	} rows[] = {
		{ "any rates", -1, 0, 0, 0, false },
		{ "any rates, answers out of order", -1, 0, 30, 0.1, false },
		{ "idle", 0, 0, 0, 0, false },
		{ "idle and near", 0, 0, 0, 0, true },
		{ "slow, the same rate", 10, 0, 5, 0, false },
		{ "100/s, the same rate, near", 100, 0, 5, 0, true },
		{ "1000/s, the same rate", 1000, 0, 5, 0, false },
		{ "2000/s, nearly the same rate, near", 2000, 10, 5, 0, true },
	};
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		unsigned wrong = 0;

		random_state = row + 1;
		for (unsigned i = 0; i < RUNS; i++) {
			start(w, 2);
			w->jitter_ms = rows[row].jitter_ms;
			w->loss = rows[row].loss;
			for (unsigned j = 0; j < 2 && rows[row].rate >= 0; j++)
				w->counters[j].rate = rows[row].rate + j * rows[row].drift;
			if (rows[row].is_near)
				w->counters[1].id = (uint16_t)(w->counters[0].id + 400 * chance() - 200);
			run(w);
			wrong += is_one(w, 0, 1);
		}
		/* near ones are one in so many of all: 400 of 65536 */
		if (wrong > (rows[row].is_near ? 100 : 0))
			fail_msg("%s: %u of %u are wrong", rows[row].name, wrong, RUNS);
	}
	free(w);
}

/* One router with two addresses, of any rate: mostly found, and never known to be two, with answers in any order. */
static void one_counter(void **state)
{
	static const struct {
		const char *name;
		double rate_most, jitter_ms, rtt_ms, loss;
		double found;
	} rows[] = {
		{ "idle", 0, 0, 20, 0, 0.999 },
		{ "100/s", 100, 2, 20, 0, 0.99 },
		{ "500/s", 500, 2, 20, 0, 0.95 },
		{ "2000/s", 2000, 1, 20, 0, 0.6 },
		{ "100/s, answers out of order", 100, 80, 20, 0, 0 },
		{ "100/s, far away", 100, 10, 300, 0, 0.9 },
		{ "100/s, one of five answers is lost", 100, 2, 20, 0.2, 0.9 },
	};
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		unsigned found = 0, wrong = 0;

		random_state = row + 1;
		for (unsigned i = 0; i < PART; i++) {
			start(w, 2);
			w->interfaces[1].counter = 0;
			w->counters[0].rate = rows[row].rate_most * chance();
			w->jitter_ms = rows[row].jitter_ms;
			w->rtt_ms = rows[row].rtt_ms;
			w->alias.timeout_ns = (uint64_t)((100 + 3 * w->rtt_ms) * 1e6);
			w->loss = rows[row].loss;
			run(w);
			found += is_one(w, 0, 1);
			wrong += w->alias.pairs[0].verdict == ALIAS_DIFFERENT;
		}
		if (wrong || found < rows[row].found * (double)PART)
			fail_msg("%s: %u of %u found, %u wrong", rows[row].name, found, PART, wrong);
	}
	free(w);
}

/* Four routers of four addresses each, and four counters: all found, and nothing else. */
static void many(void **state)
{
	struct world *w = malloc(sizeof(*w));
	unsigned found = 0, probes = 0;

	(void)state;
	assert_non_null(w);
	random_state = 5;
	for (unsigned i = 0; i < RUNS / 20; i++) {
		start(w, 8);
		for (unsigned j = 0; j < 8; j++) {
			w->interfaces[j].counter = j / 2;
			w->counters[j].rate = 200 * chance();
		}
		probes += run(w);
		for (unsigned a = 0; a < 8; a++)
			for (unsigned b = a + 1; b < 8; b++) {
				assert_false(is_one(w, a, b) && a / 2 != b / 2);
				found += is_one(w, a, b);
			}
	}
	assert_true(found > 0.9 * 4 * RUNS / 20);
	assert_true(probes <= ALIAS_PROBES * (RUNS / 20));
	free(w);
}

/* Ids that are no counter say nothing, neither for one router nor for two. */
static void no_counters(void **state)
{
	static const enum ids kinds[] = { IDS_RANDOM, IDS_ZERO, IDS_CONSTANT };
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
		for (unsigned i = 0; i < RUNS / 10; i++) {
			random_state = kind * RUNS + i;
			start(w, 2);
			w->counters[0].kind = kinds[kind];
			w->interfaces[1].counter = i % 2; /* 0: shared */
			run(w);
			assert_false(is_one(w, 0, 1));
			assert_int_not_equal(w->alias.pairs[0].verdict, ALIAS_DIFFERENT);
		}
	free(w);
}

/* Closed ports, names, and what speaks against them. Ids are 0 but where a row says otherwise. */
static void other_evidence(void **state)
{
	static const struct {
		const char *name;
		unsigned source[3], hop[3], front[3];
		bool claims; /* address 0 names address 1 */
		bool is_apart; /* they are met one behind the other */
		bool count; /* each has a counter of its own */
		bool is_one;
	} rows[] = {
		{ "each answers for itself", { 0, 1, 2 }, { 5, 5, 5 }, { 0 }, false, false, false, false },
		{ "the second answers from the first", { 0, 0, 2 }, { 5, 5, 5 }, { 0 }, false, false, false, true },
		{ "both from a third", { 2, 2, 2 }, { 5, 5, 5 }, { 0 }, false, false, false, true },
		{ "from one another", { 1, 0, 2 }, { 5, 5, 5 }, { 0 }, false, false, false, false },
		{ "the first says it is another", { 2, 0, 2 }, { 5, 5, 5 }, { 0 }, false, false, false, false },
		{ "a firewall answers for both", { 2, 2, 2 }, { 5, 5, 4 }, { 4, 4, 0 }, false, false, false, false },
		{ "a router in front answers for the second", { 0, 0, 2 }, { 4, 5, 5 }, { 0, 4, 0 }, false, false,
			false, false },
		{ "the second claims to be the first, two hops off", { 0, 0, 2 }, { 5, 7, 5 }, { 0 }, false, false,
			false, false },
		{ "a name", { 0, 1, 2 }, { 5, 5, 5 }, { 0 }, true, false, false, true },
		{ "a name, two hops off", { 0, 1, 2 }, { 5, 7, 5 }, { 0 }, true, false, false, false },
		{ "a name, one behind the other", { 0, 1, 2 }, { 5, 6, 5 }, { 0 }, true, true, false, false },
		{ "a name, and two counters", { 0, 1, 2 }, { 5, 5, 5 }, { 0 }, true, false, true, false },
	};
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		const struct addr second = address_of(1), unknown = address_of(99);

		random_state = 3;
		start(w, 3);
		for (unsigned i = 0; i < 3; i++) {
			w->interfaces[i].source = rows[row].source[i];
			w->interfaces[i].hop = rows[row].hop[i];
			w->interfaces[i].front = rows[row].front[i];
			w->counters[i] = (struct counter){ .kind = rows[row].count ? IDS_COUNT : IDS_ZERO,
				.id = (uint16_t)(100 * i) };
		}
		alias_claim(&w->alias, 0, &unknown);
		if (rows[row].claims)
			alias_claim(&w->alias, 0, &second);
		if (rows[row].is_apart)
			alias_pair(&w->alias, 1, 0, true);
		run(w);
		if (is_one(w, 0, 1) != rows[row].is_one)
			fail_msg("%s: %d", rows[row].name, is_one(w, 0, 1));
	}
	free(w);
}

/* Who answers in the name of what is behind, with ids of its own, is not these addresses: it cannot where a packet ends. */
static void in_front(void **state)
{
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (unsigned front = 0; front < 5; front += 4) {
		random_state = 1;
		start(w, 2);
		w->counters[0].rate = 10;
		w->interfaces[1].counter = 0;
		w->interfaces[0].front = w->interfaces[1].front = front;
		run(w);
		assert_int_equal(is_one(w, 0, 1), front == 0);
	}
	free(w);
}

/* One contradiction in a group ends it: which of its evidence is wrong is not known. */
static void contradiction(void **state)
{
	struct world *w = malloc(sizeof(*w));

	(void)state;
	assert_non_null(w);
	start(w, 4);
	for (unsigned i = 0; i < 4; i++)
		w->counters[i].kind = IDS_ZERO;
	for (unsigned i = 0; i < 2; i++) {
		const struct addr next = address_of(i + 1);

		alias_claim(&w->alias, i, &next);
	}
	run(w);
	assert_true(is_one(w, 0, 2));
	assert_false(is_one(w, 0, 3));
	alias_pair(&w->alias, 0, 2, true);
	alias_resolve(&w->alias);
	assert_false(is_one(w, 0, 1));
	assert_false(is_one(w, 1, 2));
	free(w);
}

/* Silence costs two probes; answers to nothing, and twice, change nothing. */
static void silence(void **state)
{
	struct world *w = malloc(sizeof(*w));
	const struct alias_answer odd = { .from = address_of(9), .is_closed_port = true, .distance = 200 };

	(void)state;
	assert_non_null(w);
	random_state = 1;
	start(w, 2);
	alias_on_answer(&w->alias, 1, 0, &odd);
	alias_on_answer(&w->alias, 1, UINT32_MAX, &odd);
	w->interfaces[0].is_silent = w->interfaces[1].is_silent = true;
	assert_int_equal(run(w), 4);
	assert_false(is_one(w, 0, 1));
	alias_on_answer(&w->alias, 2 * second_ns, 0, &odd);
	assert_int_equal(w->alias.addresses[0].distance, 0);
	alias_on_answer(&w->alias, 2 * second_ns, 0, &odd);
	assert_int_equal(w->alias.addresses[0].sample_count, 0);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_counters),
		cmocka_unit_test(one_counter),
		cmocka_unit_test(many),
		cmocka_unit_test(no_counters),
		cmocka_unit_test(other_evidence),
		cmocka_unit_test(in_front),
		cmocka_unit_test(contradiction),
		cmocka_unit_test(silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
