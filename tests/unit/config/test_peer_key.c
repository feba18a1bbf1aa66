/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of `peer-key`: what is refused, and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/peer_key.h"

static char folder[32], file[64], why[CONFIG_WHY_SIZE];
static struct config config;
static uint8_t key[PEER_KEY_SIZE];

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/uturn-key-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/key", folder);
	config_default(&config);
	strcpy(config.peer_key, file);
	config.peer_count = 1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

/* A file of so many bytes and this mode. */
static int reads(size_t size, mode_t mode)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	for (size_t i = 0; i < size; i++)
		fputc((int)i + 1, f);
	fclose(f);
	assert_int_equal(chmod(file, mode), 0);
	why[0] = '\0';
	return peer_key_read(&config, key, why, sizeof(why));
}

static void takes_32_bytes(void **state)
{
	(void)state;
	assert_int_equal(reads(32, 0600), 0);
	for (int i = 0; i < PEER_KEY_SIZE; i++)
		assert_int_equal(key[i], i + 1);
	assert_int_equal(reads(32, 0640), 0); /* of root, for the group of uturnd */
	assert_int_equal(reads(32, 0400), 0);
}

static void refuses_another_size(void **state)
{
	static const size_t sizes[] = { 0, 31, 33, 4096 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(reads(sizes[i], 0600), -1);
		assert_non_null(strstr(why, ": not exactly 32 bytes (make one by `uturnctl peer-key FILE`)"));
	}
}

static void refuses_what_others_may_read_or_change(void **state)
{
	static const mode_t modes[] = { 0604, 0602, 0620, 0644, 0666, 0601 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(reads(32, modes[i]), -1);
		assert_non_null(strstr(why, ": others may read or change it"));
	}
}

static void refuses_what_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(peer_key_read(&config, key, why, sizeof(why)), -1);
	assert_non_null(strstr(why, ": No such file or directory (make one by"));
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(peer_key_read(&config, key, why, sizeof(why)), -1); /* and does not wait */
	assert_non_null(strstr(why, ": not a regular file"));
	config.peer_count = 0;
	assert_int_equal(peer_key_read(&config, key, why, sizeof(why)), 0); /* nobody needs it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_32_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_another_size, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_others_may_read_or_change, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
