/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between uturnd and its workers: what is said arrives whole, nobody waits, and nonsense is as good as the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "process/channel.h"

static int ends[2];
static struct channel_message said, heard;

static int setup(void **state)
{
	(void)state;
	memset(&said, 0, sizeof(said));
	memset(&heard, 0xff, sizeof(heard));
	return channel_open(ends);
}

static int teardown(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void arrives(void **state)
{
	(void)state;
	assert_int_equal(channel_receive(ends[1], &heard), CHANNEL_NOTHING);
	said.kind = CHANNEL_CONFIG;
	config_default(&said.config);
	assert_true(channel_send(ends[0], &said));
	assert_int_equal(channel_receive(ends[1], &heard), CHANNEL_MESSAGE);
	assert_int_equal(heard.kind, CHANNEL_CONFIG);
	assert_memory_equal(&heard.config, &said.config, sizeof(said.config));

	said = (struct channel_message){ .kind = CHANNEL_EVENT, .event = { .reason = REASON_COUNT - 1, .ttl = 7 } };
	assert_true(channel_send(ends[1], &said));
	said = (struct channel_message){ .kind = CHANNEL_READY };
	assert_true(channel_send(ends[1], &said));
	assert_int_equal(channel_receive(ends[0], &heard), CHANNEL_MESSAGE);
	assert_int_equal(heard.event.ttl, 7);
	assert_int_equal(channel_receive(ends[0], &heard), CHANNEL_MESSAGE);
	assert_int_equal(heard.kind, CHANNEL_READY);
	assert_int_equal(channel_receive(ends[0], &heard), CHANNEL_NOTHING);
}

static void has_an_end(void **state)
{
	(void)state;
	close(ends[1]);
	assert_int_equal(channel_receive(ends[0], &heard), CHANNEL_CLOSED);
	assert_false(channel_send(ends[0], &said));
	ends[1] = dup(ends[0]);
}

static void never_waits(void **state)
{
	unsigned count = 0, taken = 0;

	(void)state;
	said.kind = CHANNEL_EVENT;
	while (count < 100000 && channel_send(ends[0], &said))
		count++;
	assert_in_range(count, 16, 99999);
	while (channel_receive(ends[1], &heard) == CHANNEL_MESSAGE)
		taken++;
	assert_int_equal(taken, count);
	assert_true(channel_send(ends[0], &said));
}

static void refuses_nonsense(void **state)
{
	static const struct {
		unsigned kind;
		size_t less; /* bytes than there should be */
		unsigned reason;
	} rows[] = {
		{ CHANNEL_EVENT, 1, 0 },
		{ CHANNEL_EVENT, 0, REASON_COUNT },
		{ CHANNEL_EVENT, 0, 0xffffffff },
		{ CHANNEL_KINDS, 0, 0 },
		{ 0xffffffff, 0, 0 },
		{ CHANNEL_CONFIG, 0, 0 },
		{ CHANNEL_READY, 0, 0 },
	};
	const size_t len = offsetof(struct channel_message, event) + sizeof(said.event);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(&said.kind, &rows[i].kind, sizeof(said.kind));
		memcpy(&said.event.reason, &rows[i].reason, sizeof(said.event.reason));
		assert_int_equal(send(ends[0], &said, len - rows[i].less, 0), len - rows[i].less);
		if (channel_receive(ends[1], &heard) != CHANNEL_CLOSED)
			fail_msg("row %zu", i);
	}
	assert_int_equal(send(ends[0], &said, 3, 0), 3);
	assert_int_equal(channel_receive(ends[1], &heard), CHANNEL_CLOSED);
}

static void words_end(void **state)
{
	(void)state;
	said.kind = CHANNEL_FAILED;
	memset(said.why, 'x', sizeof(said.why));
	assert_true(channel_send(ends[0], &said));
	assert_int_equal(channel_receive(ends[1], &heard), CHANNEL_MESSAGE);
	assert_int_equal(strlen(heard.why), sizeof(heard.why) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(arrives, setup, teardown),
		cmocka_unit_test_setup_teardown(has_an_end, setup, teardown),
		cmocka_unit_test_setup_teardown(never_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_nonsense, setup, teardown),
		cmocka_unit_test_setup_teardown(words_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
