/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to uturnd that does not wait: whole lines, whatever pieces they come in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/control_link.h"

/* What was told, a word each: the numbers of "n". */
static char told_words[256];
static struct control_link *to_be_closed;

static void note_object(void *owner, const json_t *object)
{
	size_t used = strlen(told_words);

	(void)owner;
	snprintf(told_words + used, sizeof(told_words) - used, "%d ",
		(int)json_integer_value(json_object_get(object, "n")));
	if (to_be_closed)
		control_link_close(to_be_closed);
}

/* A link whose other end is in *peer. */
static struct control_link link_to(int *peer)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	*peer = ends[1];
	told_words[0] = '\0';
	to_be_closed = NULL;
	return (struct control_link){ .fd = ends[0] };
}

static void put_bytes(int fd, const char *bytes)
{
	assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), strlen(bytes));
}

static void tells_whole_lines(void **state)
{
	static const char text[] = "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n";
	char line[9000];
	int peer;
	struct control_link l = link_to(&peer);

	(void)state;
	for (const char *c = text; *c; c++) {
		put_bytes(peer, (const char[]){ *c, '\0' });
		assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	}
	assert_string_equal(told_words, "1 2 3 ");
	assert_int_equal(control_link_work(&l, note_object, NULL), 0); /* nothing has come */
	put_bytes(peer, "{\"n\":4}\n{\"n\":5}\n{\"n\"");
	assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	assert_string_equal(told_words, "1 2 3 4 5 ");
	put_bytes(peer, ":6}\n");
	assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	/* longer than the room that there is */
	for (int i = 0; i < 4; i++) {
		snprintf(line, sizeof(line), "%s%*s", i ? "" : "{\"n\":7,", 8000, "");
		put_bytes(peer, line);
		assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	}
	put_bytes(peer, "\"m\":1}\n");
	for (int i = 0; i < 8; i++)
		assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	assert_string_equal(told_words, "1 2 3 4 5 6 7 ");
	assert_int_equal(control_link_ask(&l, "{}"), 0);
	assert_int_equal(recv(peer, line, sizeof(line), 0), 3);
	assert_memory_equal(line, "{}\n", 3);
	put_bytes(peer, "{\"n\":8}\n{\"n\":9}\n");
	close(peer);
	assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	assert_int_equal(control_link_work(&l, note_object, NULL), -EPIPE);
	assert_string_equal(told_words, "1 2 3 4 5 6 7 8 9 ");
	assert_int_equal(l.fd, -1);
	assert_true(control_link_ask(&l, "{}") < 0);
}

static void refuses_what_is_not_uturnd(void **state)
{
	static const char *const wrong[] = { "SSH-2.0-OpenSSH\n", "\n", "[]\n", "{\"n\":1} {\"n\":2}\n",
		"{\"n\":\xff}\n" };
	int peer;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct control_link l = link_to(&peer);

		put_bytes(peer, wrong[i]);
		assert_int_equal(control_link_work(&l, note_object, NULL), -EPROTO);
		assert_string_equal(told_words, "");
		assert_int_equal(l.fd, -1);
		close(peer);
	}
}

static void may_be_closed_while_it_tells(void **state)
{
	int peer;
	struct control_link l = link_to(&peer);

	(void)state;
	to_be_closed = &l;
	put_bytes(peer, "{\"n\":1}\n{\"n\":2}\n");
	assert_int_equal(control_link_work(&l, note_object, NULL), 0);
	assert_string_equal(told_words, "1 ");
	assert_int_equal(l.fd, -1);
	close(peer);
}

static void does_not_wait_for_one_that_does_not_read(void **state)
{
	int peer, err = 0;
	struct control_link l = link_to(&peer);

	(void)state;
	for (int i = 0; i < 100000 && !err; i++)
		err = control_link_ask(&l, "{\"op\":\"status\"}");
	assert_int_equal(err, -ETIMEDOUT);
	close(peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_whole_lines),
		cmocka_unit_test(refuses_what_is_not_uturnd),
		cmocka_unit_test(may_be_closed_while_it_tells),
		cmocka_unit_test(does_not_wait_for_one_that_does_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
