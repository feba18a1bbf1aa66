/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept in an SQLite file, asked for, and forgotten. PostgreSQL is asked the same in the scenario history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "tools/uturn-history/db.h"
#include "tools/uturn-history/schema.h"
#include "tools/uturn-history/store_read.h"

static char folder[] = "/tmp/uturn-history-XXXXXX";
static char path[64];

static struct store *opened(void)
{
	char why[1024] = "";
	struct store *s;

	if (store_open(&s, path, false, why, sizeof(why)) != 0)
		fail_msg("%s", why);
	return s;
}

static struct kept made(const char *remote, int64_t at_ms, const char *router)
{
	const uint32_t rtt_us = 1000;
	struct kept k;
	struct addr a;

	kept_init(&k);
	strcpy(k.host, "web1");
	assert_true(addr_parse("198.51.100.1", &k.origin));
	assert_true(prefix_parse(remote, &k.remote));
	k.protocol = 17;
	k.asn = 64500;
	k.at_ms = at_ms;
	assert_true(addr_parse(router, &a));
	assert_true(kept_add(&k, 1, &a, &rtt_us, 1));
	return k;
}

static int add(struct store *s, const char *remote, int64_t at_ms, const char *router)
{
	struct kept k = made(remote, at_ms, router);
	const int added = store_add(s, &k);

	kept_done(&k);
	if (added < 0)
		fail_msg("%s", store_why(s));
	return added;
}

static bool count_one(void *owner, const struct store_series *s)
{
	*(int64_t *)owner += s->traces;
	return true;
}

/* Traces of the series that the question finds. */
static int64_t found(struct store *s, const char *word)
{
	struct store_query q = { 0 };
	int64_t traces = 0;

	assert_true(!word || store_query_parse(word, &q));
	assert_true(store_series(s, &q, count_one, &traces) >= 0);
	return traces;
}

static int begin(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "%s/history.db", folder);
	unlink(path);
	return 0;
}

static void keeps_and_finds(void **state)
{
	static const struct {
		const char *word;
		int64_t traces;
	} rows[] = { { NULL, 4 }, { "192.0.2.0/24", 2 }, { "192.0.2.77", 2 }, { "192.0.0.0/16", 3 }, { "0.0.0.0/0", 3 },
		{ "2001:db8:1::/48", 1 }, { "2001:db8:1:2::3", 1 }, { "2001:db8:2::/48", 0 }, { "::/0", 1 },
		{ "AS64500", 4 }, { "64500", 4 }, { "as64501", 0 }, { "192.0.4.0/24", 0 } };
	struct store *s = opened();
	struct kept k;

	(void)state;
	assert_int_equal(add(s, "192.0.2.0/24", 1000000, "10.0.0.1"), STORE_ADDED);
	assert_int_equal(add(s, "192.0.2.0/24", 1000000 + 5000, "10.0.0.1"), STORE_ADDED);
	assert_int_equal(add(s, "192.0.3.0/24", 1000000, "10.0.0.1"), STORE_ADDED);
	assert_int_equal(add(s, "2001:db8:1::/48", 1000000, "10.0.0.1"), STORE_ADDED);
	assert_int_equal(store_commit(s), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (found(s, rows[i].word) != rows[i].traces)
			fail_msg("%s: %lld traces", rows[i].word, (long long)found(s, rows[i].word));
	assert_int_equal(store_trace(s, 1, 1005000, &k), 1);
	assert_int_equal(k.routers[0].rtt_us, 1000);
	assert_string_equal(k.host, "web1");
	kept_done(&k);
	assert_int_equal(store_trace(s, 1, 1005001, &k), 0);
	kept_done(&k);
	assert_int_equal(store_trace(s, 17, 1005000, &k), 0);
	kept_done(&k);
	store_close(s);
}

/* Also where the clock was set between two reports; another trace at the same time is another one. */
static void knows_a_trace_again(void **state)
{
	struct store *s = opened();

	(void)state;
	assert_int_equal(add(s, "192.0.2.0/24", 1000000, "10.0.0.1"), STORE_ADDED);
	assert_int_equal(add(s, "192.0.2.0/24", 1000000, "10.0.0.1"), STORE_DUPLICATE);
	assert_int_equal(add(s, "192.0.2.0/24", 1001500, "10.0.0.1"), STORE_DUPLICATE);
	assert_int_equal(add(s, "192.0.2.0/24", 1000000, "10.0.0.2"), STORE_ADDED);
	assert_int_equal(store_commit(s), 0);
	store_close(s);
	s = opened();
	assert_int_equal(add(s, "192.0.2.0/24", 1000000, "10.0.0.1"), STORE_DUPLICATE);
	assert_int_equal(found(s, NULL), 2);
	store_close(s);
}

static void forgets_what_is_rolled_back(void **state)
{
	struct store *s = opened();

	(void)state;
	add(s, "192.0.2.0/24", 1000000, "10.0.0.1");
	store_rollback(s);
	assert_int_equal(found(s, NULL), 0);
	add(s, "192.0.2.0/24", 1000000, "10.0.0.1");
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(found(s, NULL), 1);
	store_close(s);
}

static void prunes_by_age(void **state)
{
	const int64_t day = 86400000;
	const struct store_limits limits = { .keep_ms = 10 * day };
	struct store *s = opened();
	struct store_totals t;

	(void)state;
	for (int64_t i = 1; i <= 40; i++)
		add(s, i < 35 ? "192.0.2.0/24" : "192.0.3.0/24", i * day, i < 20 ? "10.0.0.1" : "10.0.0.2");
	assert_int_equal(store_commit(s), 0);
	while (store_prune(s, &limits, 40 * day + 1) > 0)
		;
	assert_int_equal(found(s, NULL), 10);
	while (store_prune(s, &limits, 46 * day) > 0)
		;
	assert_int_equal(found(s, "192.0.2.0/24"), 0);
	assert_int_equal(found(s, NULL), 5);
	assert_int_equal(store_totals(s, &t), 0);
	assert_int_equal(t.series, 1);
	assert_int_equal(t.paths, 1);
	assert_int_equal(t.routers, 1);
	/* what has gone comes again */
	assert_int_equal(add(s, "192.0.2.0/24", 47 * day, "10.0.0.1"), STORE_ADDED);
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(found(s, NULL), 6);
	store_close(s);
}

static bool count_change(void *owner, const struct store_change *c)
{
	(void)c;
	++*(unsigned *)owner;
	return true;
}

/* A series whose row another writer has removed: the trace is refused, and has a row when it is tried again. */
static void writes_what_another_has_pruned(void **state)
{
	const int64_t day = 86400000;
	const struct store_limits limits = { .keep_ms = 10 * day };
	const struct store_query all = { 0 };
	struct store *s = opened(), *other = opened();
	unsigned changes = 0;

	(void)state;
	add(s, "192.0.2.0/24", day, "10.0.0.1");
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(store_prune(other, &limits, 40 * day), 1);
	add(s, "192.0.2.0/24", 40 * day, "10.0.0.1");
	assert_int_equal(store_commit(s), -EBUSY);
	assert_non_null(strstr(store_why(s), "another writer has pruned what is written to (try again)"));
	store_rollback(s);
	add(s, "192.0.2.0/24", 40 * day, "10.0.0.1");
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(found(other, NULL), 1);
	/* changes of a series that is gone are left out */
	assert_int_equal(db_script(store_db(s),
				 "INSERT INTO change SELECT id + n, 9, 1, 0, 8, 0, 0, 0, 0, 0, x'', x'' FROM series,"
				 " (SELECT 0 AS n UNION SELECT 77)"),
		0);
	assert_int_equal(store_changes(s, &all, 0, 10, count_change, &changes), 1);
	assert_int_equal(changes, 1);
	store_close(s);
	store_close(other);
}

static void prunes_by_size(void **state)
{
	const struct store_limits limits = { .max_bytes = 200000 };
	struct store *s = opened();
	char router[32];
	int64_t gone, all = 0;

	(void)state;
	for (int64_t i = 1; i <= 5000; i++) {
		snprintf(router, sizeof(router), "10.%d.%d.1", (int)(i >> 8), (int)(i & 255));
		add(s, "192.0.2.0/24", i * 3600000, router);
	}
	assert_int_equal(store_commit(s), 0);
	assert_true(store_bytes(s) > limits.max_bytes);
	while ((gone = store_prune(s, &limits, 0)) > 0)
		all += gone;
	assert_int_equal(gone, 0);
	assert_true(store_bytes(s) <= limits.max_bytes);
	assert_true(found(s, NULL) > 0);
	assert_int_equal(found(s, NULL), 5000 - all);
	store_close(s);
}

enum { MANY = 45 }; /* routers of a hop: more than are asked for at once */

static bool check_path(void *owner, const struct store_trace *t)
{
	const struct kept *k = store_path(owner, t->path);
	const unsigned last = t->at_ms == 1000000 ? MANY : 1;
	struct addr router;
	char text[32];

	assert_non_null(k);
	assert_int_equal(k->first[1], last);
	snprintf(text, sizeof(text), "10.0.0.%u", last);
	assert_true(addr_parse(text, &router));
	assert_true(addr_equal(&k->routers[last - 1].addr, &router));
	return true;
}

/* Each by itself, all at once, and again. */
static void reads_paths(void **state)
{
	const uint32_t rtt_us = 1000;
	struct store *s = opened();
	struct kept k = made("192.0.2.0/24", 1000000, "10.0.0.1");

	(void)state;
	for (unsigned i = 2; i <= MANY; i++) {
		struct addr router;
		char text[32];

		snprintf(text, sizeof(text), "10.0.0.%u", i);
		assert_true(addr_parse(text, &router));
		assert_true(kept_add(&k, 1, &router, &rtt_us, 1));
	}
	kept_finish(&k);
	assert_int_equal(store_add(s, &k), STORE_ADDED);
	kept_done(&k);
	add(s, "192.0.2.0/24", 1005000, "10.0.0.1");
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(store_traces(s, 1, 0, INT64_MAX, 10, true, check_path, s), 2);
	store_close(s);
	s = opened();
	assert_int_equal(store_paths_read(s, 1, 0, INT64_MAX), 2);
	assert_int_equal(store_traces(s, 1, 0, INT64_MAX, 10, false, check_path, s), 2);
	assert_int_equal(store_paths_read(s, 1, 1000001, INT64_MAX), 1);
	assert_int_equal(store_traces(s, 1, 0, INT64_MAX, 10, false, check_path, s), 2);
	store_close(s);
}

static void refuses_other_files(void **state)
{
	struct store *s = opened();
	char why[1024] = "";
	FILE *file;

	(void)state;
	assert_int_equal(db_script(store_db(s), "UPDATE history_schema SET version = 99"), 0);
	store_close(s);
	assert_int_equal(store_open(&s, path, false, why, sizeof(why)), -EPROTO);
	assert_non_null(strstr(why, "has version 99 of the tables, and this uturn-history knows"));
	file = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("words, and no database\n", file);
	fclose(file);
	assert_int_equal(store_open(&s, path, false, why, sizeof(why)), -EPROTO);
	assert_non_null(strstr(why, "not a database of uturn-history: name another file"));
	unlink(path);
	assert_int_equal(store_open(&s, path, true, why, sizeof(why)), -ENOENT);
}

static void refuses_names(void **state)
{
	static const struct {
		const char *name, *words;
	} rows[] = {
		{ "", "'' is not the name of a file (write ./history.db)" },
		{ ":memory:", "':memory:' is not the name of a file (write ./:memory:)" },
		{ "/tmp", "/tmp: is a directory: name a file in it" },
		{ "/tmp/uturn-none/history.db", "/tmp/uturn-none/history.db: its folder does not exist" },
	};
	char why[1024];
	struct store *s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(store_open(&s, rows[i].name, false, why, sizeof(why)) < 0);
		assert_string_equal(why, rows[i].words);
	}
	assert_int_equal(store_open(&s, rows[3].name, true, why, sizeof(why)), -ENOENT);
	assert_string_equal(why,
		"/tmp/uturn-none/history.db: No such file or directory (uturn-history record or import makes it)");
}

/* Nothing is written to a file that is somewhere else now, which is whole, and a new one begins empty. */
static void leaves_a_file_that_was_moved(void **state)
{
	struct store *s = opened();
	char moved[sizeof(path) + 8];
	struct kept k = made("192.0.2.0/24", 2000000, "10.0.0.1");

	(void)state;
	snprintf(moved, sizeof(moved), "%s.old", path);
	add(s, "192.0.2.0/24", 1000000, "10.0.0.1");
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(store_add(s, &k), -ENOTCONN);
	assert_non_null(strstr(store_why(s), "history.db: the file was removed or replaced"));
	store_close(s);
	s = opened();
	assert_int_equal(store_add(s, &k), STORE_ADDED);
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(found(s, NULL), 1);
	store_close(s);
	unlink(path);
	assert_int_equal(rename(moved, path), 0);
	s = opened();
	assert_int_equal(found(s, "192.0.2.0/24"), 1);
	store_close(s);
	kept_done(&k);
}

static int64_t fails(struct db *d, const char *sql, const struct db_value *arguments, unsigned count, db_row *row,
	void *owner)
{
	(void)sql, (void)arguments, (void)count, (void)row, (void)owner;
	snprintf(d->why, sizeof(d->why), "the server stops");
	return -ENOTCONN;
}

/* What can be tried again is not taken for a database of another program. */
static void waits_for_a_server_that_stops(void **state)
{
	const struct db_adapter adapter = { .run = fails };
	struct db d = { .adapter = &adapter, .name = "postgresql" };
	char why[256];

	(void)state;
	assert_int_equal(schema_update(&d, true, why, sizeof(why)), -ENOTCONN);
	assert_string_equal(why, "the server stops");
}

/* A file of the first version: what it has stays, and what was added since is there. */
static void updates_an_older_version(void **state)
{
	struct store *s = opened();

	(void)state;
	add(s, "192.0.2.0/24", 1000000, "10.0.0.1");
	assert_int_equal(store_commit(s), 0);
	assert_int_equal(db_script(store_db(s), "DROP TABLE trace_flows; UPDATE history_schema SET version = 1"), 0);
	store_close(s);
	s = opened();
	assert_int_equal(found(s, NULL), 1);
	assert_int_equal(db_script(store_db(s), "SELECT * FROM trace_flows"), 0);
	store_close(s);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(keeps_and_finds, begin),
		cmocka_unit_test_setup(knows_a_trace_again, begin),
		cmocka_unit_test_setup(forgets_what_is_rolled_back, begin),
		cmocka_unit_test_setup(prunes_by_age, begin),
		cmocka_unit_test_setup(writes_what_another_has_pruned, begin),
		cmocka_unit_test_setup(prunes_by_size, begin),
		cmocka_unit_test_setup(reads_paths, begin),
		cmocka_unit_test_setup(refuses_other_files, begin),
		cmocka_unit_test_setup(refuses_names, begin),
		cmocka_unit_test_setup(leaves_a_file_that_was_moved, begin),
		cmocka_unit_test(waits_for_a_server_that_stops),
		cmocka_unit_test_setup(updates_an_older_version, begin),
	};

	return cmocka_run_group_tests_name("store", tests, make_folder, remove_folder);
}
