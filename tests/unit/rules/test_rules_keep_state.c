/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.json of the rules that are kept: its text, its replacement, its lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/keep_state.h"

struct fixture {
	char folder[64], path[96], fresh[96], lock[96];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char made[] = "/tmp/uturn-keep-XXXXXX";

	assert_non_null(f);
	assert_non_null(mkdtemp(made));
	snprintf(f->folder, sizeof(f->folder), "%s/d", made);
	snprintf(f->path, sizeof(f->path), "%s/state.json", f->folder);
	snprintf(f->fresh, sizeof(f->fresh), "%s/state.json.new", f->folder);
	snprintf(f->lock, sizeof(f->lock), "%s/lock", f->folder);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	keep_state_remove(f->folder);
	unlink(f->lock);
	assert_int_equal(rmdir(f->folder), 0); /* nothing else is left */
	*strrchr(f->folder, '/') = '\0';
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

/* What the file says behind the pid, which is checked. */
static const char *text_of(const struct fixture *f)
{
	static char text[4096];
	FILE *file = fopen(f->path, "r");
	long pid = 0;
	int at = 0;

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(sscanf(text, "{\"pid\":%ld%n", &pid, &at), 1);
	assert_int_equal(pid, getpid());
	return text + at;
}

static void says_what_is(void **state)
{
	static const struct {
		struct keep_state families[2];
		const char *text;
	} rows[] = {
		{ { { .is_kept = true, .backend = "nft", .since = 1700000000 },
			  { .is_kept = true,
				  .backend = "legacy",
				  .since = 1700000009,
				  .condition = KEEP_MISSING,
				  .repaired = 12 } },
			",\"ipv4\":{\"state\":\"present\",\"backend\":\"nft\",\"since\":1700000000,\"repaired\":0,\"error\":\"\"},"
			"\"ipv6\":{\"state\":\"missing\",\"backend\":\"legacy\",\"since\":1700000009,\"repaired\":12,\"error\":\"\"}}\n" },
		{ { { .is_kept = false },
			  { .is_kept = true,
				  .backend = "nft",
				  .condition = KEEP_FAILED,
				  .error = "line \"x\\\" failed\n" } },
			",\"ipv6\":{\"state\":\"failed\",\"backend\":\"nft\",\"since\":0,\"repaired\":0,"
			"\"error\":\"line \\\"x\\\\\\\" failed\\n\"}}\n" },
		/* what a tool prints in another encoding */
		{ { { .is_kept = true, .backend = "nft", .condition = KEEP_FAILED, .error = "\xff\xfe" } },
			",\"ipv4\":{\"state\":\"failed\",\"backend\":\"nft\",\"since\":0,\"repaired\":0,"
			"\"error\":\"unknown: see the log\"}}\n" },
		{ { { .is_kept = false } }, "}\n" },
	};
	struct fixture *f = *state;
	int lock = keep_state_lock(f->folder);

	assert_true(lock >= 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(keep_state_write(f->folder, rows[i].families), 0);
		assert_string_equal(text_of(f), rows[i].text);
	}
	close(lock);
}

/* A reader that has the file open reads all of the old one. */
static void is_replaced_as_a_whole(void **state)
{
	struct keep_state families[2] = { { .is_kept = true, .backend = "nft" } };
	struct fixture *f = *state;
	int lock = keep_state_lock(f->folder);
	mode_t mask = umask(0077);
	struct stat before, after;
	int reader;

	assert_int_equal(keep_state_write(f->folder, families), 0);
	reader = open(f->path, O_RDONLY);
	assert_int_equal(fstat(reader, &before), 0);
	families[0].repaired = 1;
	assert_int_equal(keep_state_write(f->folder, families), 0);
	umask(mask);
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	assert_int_equal(after.st_mode & 07777, 0644);
	assert_int_equal(lseek(reader, 0, SEEK_END), before.st_size);
	assert_int_equal(access(f->fresh, F_OK), -1);
	close(reader);
	close(lock);
}

/* A link in the way is not followed, and what is there stays. */
static void fails_without_harm(void **state)
{
	struct keep_state families[2] = { { .is_kept = true, .backend = "nft" } };
	struct fixture *f = *state;
	int lock = keep_state_lock(f->folder);
	struct stat st;

	assert_int_equal(keep_state_write(f->folder, families), 0);
	assert_int_equal(symlink("elsewhere", f->fresh), 0);
	families[0].repaired = 1;
	assert_int_equal(keep_state_write(f->folder, families), -ELOOP);
	assert_non_null(strstr(text_of(f), "\"repaired\":0"));
	assert_int_equal(lstat(f->fresh, &st), -1); /* and it goes, or it would be in the way for ever */
	assert_int_equal(keep_state_write(f->folder, families), 0);
	assert_int_equal(keep_state_write("/proc/none", families), -ENOENT);
	close(lock);
}

static void is_locked_once(void **state)
{
	struct fixture *f = *state;
	int lock = keep_state_lock(f->folder);
	struct stat st;

	assert_true(lock >= 0);
	assert_int_equal(keep_state_lock(f->folder), -EWOULDBLOCK);
	assert_int_equal(stat(f->lock, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600); /* another user cannot hold it */
	assert_int_equal(stat(f->folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	close(lock);
	lock = keep_state_lock(f->folder);
	assert_true(lock >= 0);
	close(lock);
	assert_int_equal(keep_state_lock("/proc/none"), -ENOENT);
}

static void counts_from_the_change(void **state)
{
	struct keep_state s = { .is_kept = true, .backend = "nft", .since = 100 };

	(void)state;
	keep_state_set(&s, KEEP_PRESENT, NULL, 200);
	assert_int_equal(s.since, 100);
	assert_false(s.is_unwritten);
	keep_state_set(&s, KEEP_FAILED, "one", 300);
	assert_int_equal(s.since, 300);
	assert_true(s.is_unwritten);
	s.is_unwritten = false;
	keep_state_set(&s, KEEP_FAILED, "two", 400);
	assert_int_equal(s.since, 300);
	assert_string_equal(s.error, "two");
	assert_true(s.is_unwritten);
	keep_state_set(&s, KEEP_PRESENT, NULL, 500);
	assert_int_equal(s.since, 500);
	assert_string_equal(s.error, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_what_is, setup, teardown),
		cmocka_unit_test_setup_teardown(is_replaced_as_a_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(fails_without_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(is_locked_once, setup, teardown),
		cmocka_unit_test(counts_from_the_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
