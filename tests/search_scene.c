/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/search_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct search s;
struct search_rate rate;
struct search_settings settings;
uint64_t time_ns;

int begin_search(void **state)
{
	(void)state;
	time_ns = begin_ns;
	rate = (struct search_rate){ .per_s = 1000 };
	settings = search_defaults();
	settings.rate = &rate;
	settings.seed = 7;
	return 0;
}

void start(void)
{
	search_init(&s, &settings);
}

int64_t next_probe(uint64_t most_ms)
{
	uint64_t end_ns = time_ns + most_ms * ms_ns;

	for (;;) {
		struct search_action a = search_next(&s, time_ns);

		if (a.step == SEARCH_SEND)
			return a.id;
		if (a.step == SEARCH_DONE || a.until_ns > end_ns)
			return -1;
		assert_true(a.until_ns >= time_ns);
		time_ns = a.until_ns;
	}
}

enum search_verdict answer(uint32_t id, unsigned router, enum search_kind kind, unsigned ttl_left)
{
	struct search_answer a = { .addr = { .family = 4, .bytes = { 10, 0, 0, (uint8_t)router } },
		.kind = (uint8_t)kind,
		.ttl_left = (uint8_t)ttl_left };

	return search_on_answer(&s, time_ns, id, &a);
}

void answer_path(uint32_t id, unsigned distance)
{
	const struct search_probe *p = &s.probes[id];

	time_ns += ms_ns / 2;
	if (p->hop >= distance)
		answer(id, 200, SEARCH_REACHED, p->hop - distance + 1);
	else
		answer(id, p->hop, SEARCH_EXPIRED, 1);
}

void run_path(unsigned distance)
{
	int64_t id;

	while ((id = next_probe(60000)) >= 0)
		answer_path((uint32_t)id, distance);
}
