/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/uturn-trace/search/cover.h"

static struct graph g;

/* The routers that a flow meets, hop by hop, a digit each; '.': not known. */
static void path(const char *routers)
{
	int flow = graph_add_flow(&g);

	for (unsigned hop = 1; *routers; routers++, hop++) {
		struct addr a = { .family = 4, .bytes = { 10, 0, 0, (uint8_t)*routers } };

		if (*routers != '.')
			graph_settle(&g, (unsigned)flow, hop, graph_router(&g, &a), false);
	}
}

static void few_flows_for_all_links(void **state)
{
	uint16_t flows[8];

	(void)state;
	graph_init(&g);
	assert_int_equal(cover_flows(&g, flows, 8), 0);
	path("1.4");
	path("124");
	path("124");
	path("134");
	path("135");
	assert_int_equal(cover_flows(&g, flows, 8), 3);
	assert_int_equal(flows[0], 1);
	assert_int_equal(flows[1], 3);
	assert_int_equal(flows[2], 4);
	assert_int_equal(cover_flows(&g, flows, 2), 2);
}

static void a_flow_that_covers_more_comes_first(void **state)
{
	uint16_t flows[8];

	(void)state;
	graph_init(&g);
	path("12");
	path("123");
	assert_int_equal(cover_flows(&g, flows, 8), 1);
	assert_int_equal(flows[0], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_flows_for_all_links),
		cmocka_unit_test(a_flow_that_covers_more_comes_first),
	};

	return cmocka_run_group_tests_name("trace cover", tests, NULL, NULL);
}
