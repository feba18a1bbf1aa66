/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/example.h"

/* What the table says, as the example file has to say it. */
static size_t render(const struct keyword *k, size_t count, char text[EXAMPLE_SIZE])
{
	size_t len = 0;

	for (; count; k++, count--) {
		const char *at = k->defaults;

		len += (size_t)snprintf(text + len, EXAMPLE_SIZE - len, "\n# %s %s: %s\n", k->name, k->values, k->help);
		while (*at) {
			size_t one = strcspn(at, "\n");

			len += (size_t)snprintf(text + len, EXAMPLE_SIZE - len, "#%s %.*s\n", k->name, (int)one, at);
			at += one + (at[one] == '\n');
		}
	}
	return len;
}

size_t example_check(const char *path, const struct keyword *table, size_t count, char text[EXAMPLE_SIZE])
{
	char expected[EXAMPLE_SIZE];
	size_t len, expected_len = render(table, count, expected);
	FILE *f = fopen(path, "r");

	if (!f)
		fail_msg("%s: cannot be opened: run from the top of the tree", path);
	len = fread(text, 1, EXAMPLE_SIZE - 1, f);
	fclose(f);
	text[len] = '\0';
	assert_true(len > expected_len);
	assert_string_equal(text + len - expected_len, expected);
	return len;
}
