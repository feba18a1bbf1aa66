/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When paths have changed: not where a balancer has several, nor for the silence of a hop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/uturn-history/changes.h"

enum { HOUR_MS = 3600000 };

struct scene {
	struct changes *changes;
	int64_t at_ms;
	char told[512];
};

static void note(struct scene *s, const struct changes_found *f)
{
	const size_t len = strlen(s->told);

	snprintf(s->told + len, sizeof(s->told) - len, "%s%u-%u h%u -%lld +%lld ", f->is_maybe ? "maybe " : "",
		(unsigned)(f->before_ms / HOUR_MS), (unsigned)(f->at_ms / HOUR_MS), f->hop,
		f->gone.count ? (long long)f->gone.ids[0] : 0, f->added.count ? (long long)f->added.ids[0] : 0);
}

/* A trace: "1 2,3 * 4" is router 1, then 2 and 3, then silence, then 4. flow: of all of it; negative: not told. */
static void trace_flow(struct scene *s, const char *path, int flow, bool has_same_flows)
{
	struct changes_found found[CHANGES_FOUND];
	int64_t ids[16];
	uint16_t met[16], flows[1] = { (uint16_t)flow };
	struct kept k;
	struct changes_trace t = { .k = &k,
		.ids = ids,
		.at_ms = s->at_ms += HOUR_MS,
		.has_same_flows = has_same_flows };
	char words[64], *word, *rest = words;
	unsigned hop = 0, count = 0;

	kept_init(&k);
	snprintf(words, sizeof(words), "%s", path);
	while ((word = strtok_r(rest, " ", &rest))) {
		char *router, *more = word;

		hop++;
		k.hops = (uint8_t)hop;
		met[hop - 1] = *word == '*' ? KEPT_NOBODY : (uint16_t)count;
		while (*word != '*' && (router = strtok_r(more, ",", &more)))
			ids[count++] = strtol(router, NULL, 10);
		k.first[hop] = (uint16_t)count;
	}
	if (flow >= 0) {
		k.met = met;
		k.flows = flows;
		k.flow_count = 1;
	}
	count = changes_on_trace(s->changes, &t, found);
	for (unsigned i = 0; i < count; i++)
		note(s, &found[i]);
}

static void traces(struct scene *s, const char *path, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		trace_flow(s, path, -1, false);
}

static struct scene begin(void)
{
	struct scene s = { .changes = changes_make() };

	assert_non_null(s.changes);
	return s;
}

static void end(struct scene *s, const char *told)
{
	changes_free(s->changes);
	assert_string_equal(s->told, told);
}

static void tells_another_router(void **state)
{
	struct scene s = begin();

	(void)state;
	traces(&s, "1 2 3", 100);
	traces(&s, "1 9 3", 5);
	assert_string_equal(s.told, ""); /* too few to be sure */
	traces(&s, "1 9 3", 100);
	traces(&s, "1 2 3", 100);
	end(&s, "100-101 h2 -2 +9 205-206 h2 -9 +2 ");
}

static void tells_a_longer_path_once(void **state)
{
	struct scene s = begin();

	(void)state;
	traces(&s, "1 2 3 4", 60);
	traces(&s, "1 7 2 3 4", 60);
	end(&s, "60-61 h2 -0 +7 ");
}

/* Each trace shows some of the ways that there are. */
static void does_not_take_a_balancer_for_a_change(void **state)
{
	static const char *const paths[] = { "1 2 5", "1 3 5", "1 2,3 5", "1 4 5", "1 * 5" };
	struct scene s = begin();
	uint64_t x = 1;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		x = x * 6364136223846793005 + 1442695040888963407;
		traces(&s, paths[(x >> 33) % 5], 1);
	}
	assert_null(strstr(s.told, "-2 "));
	assert_true(strncmp(s.told, "", 1) == 0 || strncmp(s.told, "maybe", 5) == 0);
	changes_free(s.changes);
}

static void tells_a_way_of_a_balancer_that_is_gone(void **state)
{
	struct scene s = begin();

	(void)state;
	for (unsigned i = 0; i < 50; i++)
		traces(&s, i % 2 ? "1 2 5" : "1 3 5", 1);
	traces(&s, "1 * 5", 1);
	traces(&s, "1 3 5", 60);
	/* the silence between says nothing */
	end(&s, "51-52 h2 -2 +0 ");
}

/* A hop that does not answer any more says nothing. */
static void silence_is_no_change(void **state)
{
	struct scene s = begin();

	(void)state;
	traces(&s, "1 2 3", 50);
	traces(&s, "1 * 3", 50);
	traces(&s, "1 2 3", 50);
	end(&s, "");
}

/* A trace of uturn-trace and the one before, as its diff compares them. */
static void compares_flows(void **state)
{
	struct scene s = begin();

	(void)state;
	trace_flow(&s, "1 2 3", 0, true);
	trace_flow(&s, "1 2 3", 0, true);
	trace_flow(&s, "1 9 3", 0, true);
	end(&s, "2-3 h2 -2 +9 ");
	/* where it cannot be known which flow that is, it may be chance */
	s = begin();
	trace_flow(&s, "1 2 3", 0, false);
	trace_flow(&s, "1 9 3", 0, false);
	end(&s, "maybe 1-2 h2 -2 +0 maybe 1-2 h2 -0 +9 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_another_router),
		cmocka_unit_test(tells_a_longer_path_once),
		cmocka_unit_test(does_not_take_a_balancer_for_a_change),
		cmocka_unit_test(tells_a_way_of_a_balancer_that_is_gone),
		cmocka_unit_test(silence_is_no_change),
		cmocka_unit_test(compares_flows),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
