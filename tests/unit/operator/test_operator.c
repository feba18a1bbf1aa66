/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reload answers: which keywords need a restart, and which the rules have to follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/deny_list.h"
#include "operator/operator.h"

static void write_config(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* The words of an array, with a blank between them. */
static const char *words(const json_t *answer, const char *name, char text[256])
{
	const json_t *array = json_object_get(answer, name);
	size_t used = 0;

	assert_true(json_is_array(array));
	text[0] = '\0';
	for (size_t i = 0; i < json_array_size(array); i++)
		used += (size_t)snprintf(text + used, 256 - used, "%s%s", i ? " " : "",
			json_string_value(json_array_get(array, i)));
	return text;
}

static const struct {
	const char *name, *before, *after, *until_restart, *rules;
} rows[] = {
	{ "nothing", "max-ttl 30\n", "max-ttl 30\n", "", "" },
	{ "what uturnd alone reads", "", "keep 7s\nlimit 50/s per-network\nanswer-from self\n", "", "" },
	{ "max-ttl", "", "max-ttl 48\n", "", "max-ttl" },
	{ "a limit", "", "limit 300/s per-prober\n", "", "limit" },
	{ "the other limit", "", "limit 300/s total\n", "", "limit" },
	{ "request", "", "request on\n", "", "request" },
	{ "all of them, and back to the defaults", "request on\nlimit 300/s per-prober\nmax-ttl 48\n", "", "",
		"max-ttl limit request" },
	/* the rules have to stay with the queue and the mark that uturnd has */
	{ "what needs a restart", "", "queue 6\nmark 9\nmax-ttl 48\n", "queue mark", "max-ttl" },
};

static void names_what_is_left(void **state)
{
	char folder[] = "/tmp/uturn-operator-XXXXXX", path[64], why[CONFIG_WHY_SIZE], text[256];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/uturnd.conf", folder);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config config;
		struct deny_list denied;
		json_t *answer = NULL;

		print_message("%s\n", rows[i].name);
		write_config(path, rows[i].before);
		assert_int_equal(config_load(path, &config, why, sizeof(why)), 0);
		write_config(path, rows[i].after);
		assert_true(operator_reload(&config, path, i % 2, &denied, &answer, why, sizeof(why)));
		deny_list_free(&denied);
		assert_true(json_is_true(json_object_get(answer, "reloaded")));
		assert_int_equal(json_is_true(json_object_get(answer, "rules_kept")), i % 2);
		assert_string_equal(json_string_value(json_object_get(answer, "config")), path);
		assert_string_equal(words(answer, "until_restart", text), rows[i].until_restart);
		assert_string_equal(words(answer, "rules", text), rows[i].rules);
		json_decref(answer);
	}
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

static void leaves_all_as_it_was(void **state)
{
	char path[] = "/tmp/uturn-operator-XXXXXX", why[CONFIG_WHY_SIZE];
	struct config config, before;
	struct deny_list denied;
	json_t *answer = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(config_load(path, &config, why, sizeof(why)), 0);
	memcpy(&before, &config, sizeof(before));
	write_config(path, "max-ttl 48\nmax-ttl many\n");
	assert_false(operator_reload(&config, path, false, &denied, &answer, why, sizeof(why)));
	assert_null(answer);
	assert_non_null(strstr(why, "max-ttl"));
	assert_memory_equal(&before, &config, sizeof(before));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_is_left),
		cmocka_unit_test(leaves_all_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
