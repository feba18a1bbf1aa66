/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dashboard and the alerts of doc/ name only metrics that there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/figures.h"
#include "tools/uturn-web/metrics.h"

static const struct {
	const char *name, *type;
} known[] = {
#define X(enumerator, name, type, labels, words) { "uturn_" name, #type },
	FIGURES(X)
#undef X
#define X(enumerator, name, type, words) { "uturn_web_" name, type },
		METRICS(X)
#undef X
};

/* Is it one of them, with the suffix of a histogram where it is one? */
static bool is_known(const char *name, size_t len)
{
	static const char *const suffixes[] = { "_bucket", "_sum", "_count" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const size_t own = strlen(known[i].name);
		const bool is_histogram = strcmp(known[i].type, "HISTOGRAM") == 0;

		if (len < own || strncmp(name, known[i].name, own) != 0)
			continue;
		if (len == own && !is_histogram)
			return true;
		for (size_t s = 0; s < sizeof(suffixes) / sizeof(suffixes[0]) && is_histogram; s++)
			if (len == own + strlen(suffixes[s]) && strncmp(name + own, suffixes[s], len - own) == 0)
				return true;
	}
	return false;
}

static char *text_of(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 18);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 18) - 1, file) > 1000);
	assert_true(feof(file));
	fclose(file);
	return text;
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* How many it names; each is one. */
static size_t check_names(const char *path)
{
	char *text = text_of(path);
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, "uturn_")) != NULL;) {
		size_t len = 0;

		while (is_of_name(at[len]))
			len++;
		if (at == text || !is_of_name(at[-1])) {
			if (!is_known(at, len))
				fail_msg("%s: %.*s", path, (int)len, at);
			count++;
		}
		at += len;
	}
	free(text);
	return count;
}

static void names_only_what_there_is(void **state)
{
	(void)state;
	assert_true(is_known("uturn_up", 8));
	assert_true(is_known("uturn_relay_seconds_bucket", 26));
	assert_false(is_known("uturn_relay_seconds", 19));
	assert_false(is_known("uturn_up_bucket", 15));
	assert_false(is_known("uturn_u", 7));
	assert_true(check_names("doc/grafana.json") > 15);
	assert_true(check_names("doc/alerts.yml") >= 5);
	assert_true(check_names("doc/alerts.test.yml") >= 5);
}

/* Every panel has a place, something to show, and a number of its own. */
static void dashboard_is_whole(void **state)
{
	json_t *dashboard = json_load_file("doc/grafana.json", JSON_REJECT_DUPLICATES, NULL);
	const json_t *panels = json_object_get(dashboard, "panels");

	(void)state;
	assert_non_null(dashboard);
	assert_true(json_array_size(panels) > 5);
	for (size_t i = 0; i < json_array_size(panels); i++) {
		const json_t *panel = json_array_get(panels, i), *targets = json_object_get(panel, "targets");

		assert_int_equal(json_integer_value(json_object_get(panel, "id")), i + 1);
		assert_true(json_integer_value(json_object_get(json_object_get(panel, "gridPos"), "w")) > 0);
		assert_true(json_array_size(targets) > 0);
		for (size_t t = 0; t < json_array_size(targets); t++)
			assert_non_null(json_string_value(json_object_get(json_array_get(targets, t), "expr")));
	}
	json_decref(dashboard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_only_what_there_is),
		cmocka_unit_test(dashboard_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
