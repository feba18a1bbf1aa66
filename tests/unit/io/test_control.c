/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/control.h"

enum { CLIENTS = CONTROL_SLOTS, WATCHERS = 16, CROWD = 1000, TEXT_SIZE = 1 << 20 };

struct fixture {
	char directory[32], path[64];
	struct control *control;
	unsigned asked;
};

static json_t *handle(void *owner, const struct control_asker *asker, const char *op, json_t *request, const char **why)
{
	struct fixture *f = owner;

	assert_int_equal(asker->passed, -1);
	f->asked++;
	if (strcmp(op, "status") == 0)
		return json_pack("{s:s, s:f}", "version", "t", "share", 0.125);
	if (strcmp(op, "echo") == 0)
		return json_deep_copy(request);
	if (strcmp(op, "large") == 0)
		return json_pack("{s:o}", "x", json_sprintf("%*s", 60000, ""));
	*why = "unknown op";
	return NULL;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct control_callbacks callbacks = { handle, NULL, f };
	const struct control_operators operators = { geteuid(), (gid_t)-1, "" };

	strcpy(f->directory, "/tmp/uturn-control-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/d/control", f->directory);
	assert_int_equal(control_open(&f->control, f->path, &callbacks, &operators), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char directory[sizeof(f->path)];

	control_close(f->control);
	assert_int_equal(access(f->path, F_OK), -1); /* it cleans up behind itself */
	snprintf(directory, sizeof(directory), "%s/d", f->directory);
	rmdir(directory);
	assert_int_equal(rmdir(f->directory), 0);
	free(f);
	return 0;
}

static int client(const struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, f->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Lets the control socket do all it has to do, as its caller's event loop would. */
static void turn(const struct fixture *f)
{
	struct pollfd p = { .fd = control_fd(f->control), .events = POLLIN };

	for (int i = 0; i < 1000 && poll(&p, 1, 0) > 0; i++)
		control_work(f->control);
}

/* What the client can read by now; *is_closed: and nothing more will come. */
static size_t hear(const struct fixture *f, int fd, char *text, bool *is_closed)
{
	size_t len = 0;
	ssize_t got;

	do {
		turn(f);
		got = recv(fd, text + len, TEXT_SIZE - 1 - len, 0);
		len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	*is_closed = got == 0 || errno != EAGAIN;
	text[len] = '\0';
	return len;
}

#define STATUS "{\"version\":\"t\",\"share\":0.125}\n"
#define NO_OP "{\"error\":\"expected an object with an op, such as {\\\"op\\\":\\\"status\\\"}\"}\n"
#define TEN(x) x x x x x x x x x x
#define HUNDRED(x) TEN(TEN(x))
#define THOUSAND(x) TEN(HUNDRED(x))

static const struct {
	const char *name, *says, *hears;
	bool is_closed;
} talks[] = {
	{ "one request", "{\"op\":\"status\"}\n", STATUS, false },
	{ "two in one piece", "{\"op\":\"status\"}\n{\"op\":\"status\"}\n", STATUS STATUS, false },
	{ "blank lines and a carriage return", "\n \t\r\n{\"op\":\"status\"}\r\n", STATUS, false },
	{ "half a request", "{\"op\":", "", false },
	{ "not known", "{\"op\":\"dance\"}\n", "{\"error\":\"unknown op\"}\n", false },
	{ "the handler gets the request", "{\"op\":\"echo\",\"x\":[1,2]}\n", "{\"op\":\"echo\",\"x\":[1,2]}\n", false },
	{ "no JSON, and on it goes", "hello\n{\"op\":\"status\"}\n",
		"{\"error\":\"malformed JSON: '[' or '{' expected near 'hello'\"}\n" STATUS, false },
	{ "no object", "[]\n", NO_OP, false },
	{ "no op", "{}\n", NO_OP, false },
	{ "an op that is no text", "{\"op\":{}}\n", NO_OP, false },
	{ "an op twice", "{\"op\":\"status\",\"op\":\"x\"}\n",
		"{\"error\":\"malformed JSON: duplicate object key near '\\\"op\\\"'\"}\n", false },
	{ "no UTF-8", "{\"op\":\"\xff\"}\n", "{\"error\":\"malformed JSON: unable to decode byte 0xff near '\\\"'\"}\n",
		false },
	{ "nested deeper than anybody needs", THOUSAND("[[[[") "\n",
		"{\"error\":\"malformed JSON: maximum parsing depth reached near '['\"}\n", false },
	{ "a line that is too long", THOUSAND("[[[[") HUNDRED("x") "\n", "{\"error\":\"line too long\"}\n", true },
};

static void answers_what_it_is_asked(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(TEXT_SIZE);

	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		int fd = client(f);
		bool is_closed;

		send(fd, talks[i].says, strlen(talks[i].says), MSG_NOSIGNAL);
		hear(f, fd, text, &is_closed);
		if (strcmp(text, talks[i].hears) != 0 || is_closed != talks[i].is_closed)
			fail_msg("%s: hears %s", talks[i].name, text);
		close(fd);
		turn(f);
	}
	free(text);
}

/* The same, a byte at a time, and with the end of the conversation for a newline. */
static void answers_bytes_as_they_come(void **state)
{
	static const char request[] = "{\"op\":\"status\"}\n{\"op\":\"status\"}";
	struct fixture *f = *state;
	char *text = malloc(TEXT_SIZE);
	int fd = client(f);
	bool is_closed;

	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		assert_int_equal(send(fd, request + i, 1, 0), 1);
		turn(f);
	}
	hear(f, fd, text, &is_closed);
	assert_string_equal(text, STATUS);
	assert_false(is_closed);
	shutdown(fd, SHUT_WR);
	hear(f, fd, text, &is_closed);
	assert_string_equal(text, STATUS);
	assert_true(is_closed);
	close(fd);
	free(text);
}

static void does_what_a_client_asked_before_it_left(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	assert_int_equal(send(fd, "{\"op\":\"status\"}\n", 16, 0), 16);
	close(fd);
	turn(f);
	assert_int_equal(f->asked, 1);
}

/* Who asks and does not read is not read from: what it asked is kept by its kernel, not by us. */
static void waits_for_those_who_do_not_read(void **state)
{
	static const char request[] = "{\"op\":\"large\"}\n";
	struct fixture *f = *state;
	char *text = malloc(TEXT_SIZE);
	int fd = client(f), other;
	unsigned sent = 0, answers = 0;
	bool is_closed;

	while (sent < 10000 && send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(request) - 1) {
		sent++;
		turn(f);
	}
	assert_in_range(f->asked, 2, 100);
	assert_in_range(sent, 100, 9999);
	other = client(f); /* and nobody else has to wait */
	send(other, "{\"op\":\"status\"}\n", 16, 0);
	hear(f, other, text, &is_closed);
	assert_string_equal(text, STATUS);
	close(other);
	while (answers < sent) {
		size_t len;

		turn(f);
		len = (size_t)recv(fd, text, TEXT_SIZE, 0);
		assert_in_range(len, 1, TEXT_SIZE);
		for (size_t i = 0; i < len; i++)
			answers += text[i] == '\n';
	}
	assert_int_equal(f->asked, sent + 1);
	close(fd);
	free(text);
}

static void tells_those_who_watch(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(TEXT_SIZE);
	int watcher = client(f), other = client(f);
	bool is_closed;

	turn(f);
	assert_false(control_is_watched(f->control));
	send(watcher, "{\"op\":\"watch\"}\n", 15, 0);
	shutdown(watcher, SHUT_WR); /* which is no reason to stop telling it */
	hear(f, watcher, text, &is_closed);
	assert_string_equal(text, "{\"watching\":true}\n");
	assert_true(control_is_watched(f->control));
	control_broadcast(f->control, json_pack("{s:i}", "n", 1));
	control_broadcast(f->control, json_pack("{s:i}", "n", 2));
	hear(f, watcher, text, &is_closed);
	assert_string_equal(text, "{\"n\":1}\n{\"n\":2}\n");
	hear(f, other, text, &is_closed);
	assert_string_equal(text, "");
	close(watcher);
	turn(f);
	assert_false(control_is_watched(f->control));
	control_broadcast(f->control, json_pack("{s:i}", "n", 3));
	close(other);
	free(text);
}

/* Every line is either told or counted as lost, in order. */
static void counts_what_a_slow_watcher_loses(void **state)
{
	enum { LINES = 50000 };
	struct fixture *f = *state;
	char *text = malloc(TEXT_SIZE);
	int fd = client(f);
	bool is_closed;
	char *at;
	long seen = 0, lost = 0;

	send(fd, "{\"op\":\"watch\"}\n", 15, 0);
	hear(f, fd, text, &is_closed);
	for (int i = 0; i < LINES; i++) {
		control_broadcast(f->control, json_pack("{s:i}", "n", i));
		if (i % 100 == 0)
			turn(f);
	}
	hear(f, fd, text, &is_closed);
	control_broadcast(f->control, json_pack("{s:i}", "n", LINES));
	at = text + strlen(text);
	hear(f, fd, at, &is_closed);
	for (at = strtok(text, "\n"); at; at = strtok(NULL, "\n")) {
		long n;

		if (sscanf(at, "{\"lost\":%ld}", &n) == 1) {
			lost += n;
		} else {
			assert_int_equal(sscanf(at, "{\"n\":%ld}", &n), 1);
			assert_int_equal(n, seen + lost);
			seen++;
		}
	}
	assert_int_equal(seen + lost, LINES + 1);
	assert_in_range(seen, 1000, LINES);
	assert_in_range(lost, 1, LINES);
	close(fd);
	free(text);
}

#define TOO_MANY "{\"error\":\"too many clients: evicted as the least recently active one\"}\n"
#define TOO_MANY_WATCH "{\"error\":\"too many watchers, try again later\"}\n"
#define WATCHING "{\"watching\":true}\n"

static void hears(const struct fixture *f, int fd, const char *expected, bool is_closed_then)
{
	char *text = malloc(TEXT_SIZE);
	bool is_closed;

	hear(f, fd, text, &is_closed);
	assert_string_equal(text, expected);
	assert_int_equal(is_closed, is_closed_then);
	free(text);
}

static void ask(int fd, const char *request)
{
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
}

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

static void evicts_the_least_recently_active_client(void **state)
{
	struct fixture *f = *state;
	int fds[CLIENTS + 1];

	for (size_t i = 0; i < CLIENTS; i++) {
		fds[i] = client(f);
		turn(f);
	}
	ask(fds[0], "{\"op\":\"status\"}\n");
	hears(f, fds[0], STATUS, false);
	fds[CLIENTS] = client(f);
	hears(f, fds[1], TOO_MANY, true);
	ask(fds[CLIENTS], "{\"op\":\"status\"}\n");
	hears(f, fds[CLIENTS], STATUS, false);
	hears(f, fds[0], "", false);
	close_all(fds, CLIENTS + 1);
}

/* As many as a thousand that say nothing, before and after the asker comes; those who watch keep their slots. */
static void is_not_locked_by_a_crowd(void **state)
{
	const struct rlimit room = { CROWD + CLIENTS + 100, CROWD + CLIENTS + 100 };
	struct fixture *f = *state;
	int fds[CROWD], watcher = client(f), asker;

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &room), 0);
	ask(watcher, "{\"op\":\"watch\"}\n");
	hears(f, watcher, WATCHING, false);
	for (size_t i = 0; i < CROWD; i++) {
		fds[i] = client(f);
		if (i % 10 == 9)
			turn(f);
		if (i % 100 != 95)
			continue;
		asker = client(f);
		control_work(f->control); /* in, and before it has said a word ... */
		while (i % 10 != 9)
			fds[++i] = client(f);
		ask(asker, "{\"op\":\"status\"}\n");
		hears(f, asker, STATUS, false);
		close(asker);
	}
	control_broadcast(f->control, json_pack("{s:i}", "n", 1));
	hears(f, watcher, "{\"n\":1}\n", false);
	close(watcher);
	close_all(fds, CROWD);
}

static void lets_some_watch(void **state)
{
	struct fixture *f = *state;
	int fds[WATCHERS + 1];

	for (size_t i = 0; i <= WATCHERS; i++) {
		fds[i] = client(f);
		ask(fds[i], "{\"op\":\"watch\"}\n");
		hears(f, fds[i], i < WATCHERS ? WATCHING : TOO_MANY_WATCH, false);
	}
	for (int i = 0; i < 50000; i++) { /* fds[3] never reads */
		control_broadcast(f->control, json_pack("{s:i}", "n", i));
		for (size_t k = 0; k < WATCHERS && i % 100 == 0; k++) {
			char text[4096];

			turn(f);
			while (k != 3 && recv(fds[k], text, sizeof(text), 0) > 0)
				turn(f);
		}
	}
	ask(fds[WATCHERS], "{\"op\":\"watch\"}\n");
	hears(f, fds[WATCHERS], WATCHING, false);
	close(fds[0]); /* and the slot of one who leaves is free */
	turn(f);
	fds[0] = client(f);
	ask(fds[0], "{\"op\":\"watch\"}\n");
	hears(f, fds[0], WATCHING, false);
	close_all(fds, WATCHERS + 1);
}

/* Of reloads, and of nothing else: no event is made for it. */
static void tells_those_who_follow(void **state)
{
	static const char no_such[] = "{\"error\":\"only: expected \\\"reloads\\\"\"}\n";
	struct fixture *f = *state;
	int watcher = client(f), follower = client(f);

	ask(follower, "{\"op\":\"watch\",\"only\":1}\n");
	hears(f, follower, no_such, false);
	ask(follower, "{\"op\":\"watch\",\"only\":\"reloads\"}\n");
	hears(f, follower, WATCHING, false);
	assert_false(control_is_watched(f->control));
	ask(watcher, "{\"op\":\"watch\"}\n");
	hears(f, watcher, WATCHING, false);
	assert_true(control_is_watched(f->control));
	control_broadcast(f->control, json_pack("{s:i}", "n", 1));
	control_tell_followers(f->control, json_pack("{s:i}", "n", 2));
	hears(f, watcher, "{\"n\":1}\n", false);
	hears(f, follower, "{\"n\":2}\n", false);
	/* each may become the other, and is counted once */
	ask(follower, "{\"op\":\"watch\"}\n");
	ask(watcher, "{\"op\":\"watch\",\"only\":\"reloads\"}\n");
	hears(f, follower, WATCHING, false);
	hears(f, watcher, WATCHING, false);
	close(follower);
	turn(f);
	assert_false(control_is_watched(f->control));
	assert_true(control_is_followed(f->control));
	close(watcher);
	turn(f);
	assert_false(control_is_followed(f->control));
}

/* A flood shares each turn with everybody: one answer for each. */
static void answers_one_line_a_turn(void **state)
{
	struct fixture *f = *state;
	char *flood = malloc(TEXT_SIZE);
	int fds[4], other = client(f);
	unsigned heard = 0;
	char text[64];

	memset(flood, '\n', TEXT_SIZE);
	for (size_t i = 0; i < TEXT_SIZE; i += 2)
		flood[i] = 'x';
	for (size_t i = 0; i < 4; i++)
		fds[i] = client(f);
	for (unsigned t = 0; t < 200; t++) {
		for (size_t i = 0; i < 4; i++)
			send(fds[i], flood, TEXT_SIZE, MSG_NOSIGNAL);
		ask(other, "{\"op\":\"status\"}\n");
		control_work(f->control);
		heard += recv(other, text, sizeof(text), 0) > 0;
	}
	assert_int_equal(heard, 199); /* all, but where it was let in */
	close_all(fds, 4);
	close(other);
	free(flood);
}

/* Without a descriptor for it a client waits, and comes in as soon as another one leaves. */
static void welcomes_when_descriptors_are_back(void **state)
{
	struct fixture *f = *state;
	int first = client(f), second;
	struct rlimit was, none;

	turn(f);
	second = client(f);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = (rlim_t)second + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	ask(second, "{\"op\":\"status\"}\n");
	hears(f, second, "", false);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	close(first);
	hears(f, second, STATUS, false);
	close(second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_what_it_is_asked),
		TEST(answers_bytes_as_they_come),
		TEST(does_what_a_client_asked_before_it_left),
		TEST(waits_for_those_who_do_not_read),
		TEST(tells_those_who_watch),
		TEST(tells_those_who_follow),
		TEST(counts_what_a_slow_watcher_loses),
		TEST(evicts_the_least_recently_active_client),
		TEST(is_not_locked_by_a_crowd),
		TEST(lets_some_watch),
		TEST(answers_one_line_a_turn),
		TEST(welcomes_when_descriptors_are_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
