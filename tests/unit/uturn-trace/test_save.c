/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of -o: there when they are whole, each whatever becomes of the others, and else nothing is left. */
#include "tests/packets.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/uturn-trace/save.h"

static char folder[] = "/tmp/test_save.XXXXXX", one[64], other[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(one, sizeof(one), "%s/one.json", folder);
	snprintf(other, sizeof(other), "%s/other.txt", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(one);
	rmdir(other);
	return rmdir(folder);
}

static unsigned count_files(void)
{
	DIR *d = opendir(folder);
	unsigned count = 0;

	assert_non_null(d);
	while (readdir(d))
		count++;
	closedir(d);
	return count - 2; /* . and .. */
}

static void files(void **state)
{
	const struct trace_options o = { .outputs = { { other, FORMAT_TEXT }, { one, FORMAT_JSON } },
		.output_count = 2 };
	struct trace_record r;
	struct save *save;
	struct stat st;
	char why[200];

	(void)state;
	trace_record_init(&r);
	assert_true(save_open(&save, &o, why, sizeof(why)));
	assert_int_equal(count_files(), 2);
	save_close(save);
	assert_int_equal(count_files(), 0); /* a trace that failed */

	assert_true(save_open(&save, &o, why, sizeof(why)));
	assert_int_equal(mkdir(other, 0700), 0); /* which no file replaces */
	assert_false(save_record(save, 0, &r, why, sizeof(why)));
	assert_non_null(strstr(why, "/other.txt: "));
	assert_true(save_record(save, 1, &r, why, sizeof(why)));
	assert_int_equal(access(one, R_OK), 0);
	assert_int_equal(truncate(one, 0), 0);
	assert_true(save_record(save, 1, &r, why, sizeof(why))); /* again: another file in its place */
	assert_int_equal(stat(one, &st), 0);
	assert_true(st.st_size > 0);
	assert_false(save_record(save, 0, &r, why, sizeof(why)));
	save_close(save);
	assert_int_equal(count_files(), 2);
	trace_record_done(&r);
}

/* A file that nobody has named is made when it is asked for. */
static void later(void **state)
{
	const struct trace_options o = { .outputs = { { one, FORMAT_JSON } },
		.output_count = 1,
		.is_output_implied = true };
	const unsigned before = count_files();
	struct trace_record r;
	struct save *save;
	char why[200];

	(void)state;
	trace_record_init(&r);
	unlink(one);
	assert_true(save_open(&save, &o, why, sizeof(why)));
	assert_int_equal(access(one, F_OK), -1);
	assert_true(save_record(save, 0, &r, why, sizeof(why)));
	assert_int_equal(access(one, R_OK), 0);
	save_close(save);
	assert_int_equal(count_files(), before);
	trace_record_done(&r);
}

static void no_place(void **state)
{
	const struct trace_options o = { .outputs = { { one, FORMAT_JSON }, { "/nowhere/x.txt", FORMAT_TEXT } },
		.output_count = 2 };
	const unsigned before = count_files();
	struct save *save;
	char why[200];

	(void)state;
	assert_false(save_open(&save, &o, why, sizeof(why)));
	assert_string_equal(why, "/nowhere/x.txt: No such file or directory");
	assert_int_equal(count_files(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files),
		cmocka_unit_test(later),
		cmocka_unit_test(no_place),
	};

	return cmocka_run_group_tests_name("save", tests, make_folder, remove_folder);
}
