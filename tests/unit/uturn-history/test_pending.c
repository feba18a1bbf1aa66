/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces that wait for the database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "tools/uturn-history/pending.h"

/* A line may have a list of more traces than wait otherwise: none of them is lost. */
static void takes_more_than_it_waits_for(void **state)
{
	const unsigned count = PENDING_MOST + 100;
	char folder[] = "/tmp/uturn-pending-XXXXXX", path[64], why[256];
	struct pending p;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/history.db", folder);
	assert_int_equal(pending_open(&p, path, why, sizeof(why)), 0);
	for (unsigned i = 0; i < count; i++) {
		struct kept k;

		kept_init(&k);
		strcpy(k.host, "web1");
		assert_true(addr_parse("198.51.100.1", &k.origin));
		assert_true(prefix_parse("192.0.2.0/24", &k.remote));
		k.at_ms = 1000000 + (int64_t)i * 10000;
		pending_add(&p, &k);
	}
	assert_true(pending_is_full(&p));
	assert_true(pending_write(&p));
	assert_int_equal(p.added, count);
	assert_false(pending_is_full(&p));
	pending_close(&p);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(takes_more_than_it_waits_for) };

	return cmocka_run_group_tests_name("pending", tests, NULL, NULL);
}
