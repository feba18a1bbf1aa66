/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may ask what: each row is a client with its own user and groups, of which the kernel tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/control.h"

enum { DAEMON = 64001, OPERATORS = 64002, VISITORS = 64003, WEB = 64004, MANY = 3000 };

#define WATCHING "{\"watching\":true}\n"
#define DONE "{\"done\":true}\n"
#define NO_GROUP(op) \
	"{\"error\":\"" op ": permission denied (root only; operator-group in uturnd.conf can name a group)\"}\n"
#define NOT_A_MEMBER(op) "{\"error\":\"" op ": permission denied (root or a member of group noc)\"}\n"

static const struct control_operators none = { DAEMON, (gid_t)-1, "" }, noc = { DAEMON, OPERATORS, "noc" };

static const struct {
	uid_t user;
	gid_t group, other; /* its first group and one of the others; 0: no others */
	const struct control_operators *operators;
	const char *op, *answer;
	bool is_operator; /* as the callback is told */
} rows[] = {
	{ 0, 0, 0, &none, "watch", WATCHING, true },
	{ 0, 0, 0, &none, "reload", DONE, true },
	{ 0, 0, 0, &noc, "reload", DONE, true },
	{ DAEMON, VISITORS, 0, &none, "watch", WATCHING, true },
	{ DAEMON, VISITORS, 0, &none, "reload", DONE, true },
	{ WEB, WEB, VISITORS, &none, "watch", NO_GROUP("watch"), false },
	{ WEB, WEB, VISITORS, &none, "reload", NO_GROUP("reload"), false },
	{ WEB, WEB, VISITORS, &none, "status", DONE, false },
	{ WEB, WEB, VISITORS, &none, "counters", DONE, false },
	{ WEB, WEB, VISITORS, &none, "trace", DONE, false },
	{ WEB, WEB, VISITORS, &noc, "watch", NOT_A_MEMBER("watch"), false },
	{ WEB, WEB, VISITORS, &noc, "reload", NOT_A_MEMBER("reload"), false },
	{ WEB, WEB, VISITORS, &noc, "drain", NOT_A_MEMBER("drain"), false },
	{ WEB, WEB, VISITORS, &noc, "status", DONE, false },
	{ WEB, WEB, OPERATORS, &none, "watch", NO_GROUP("watch"), false },
	{ WEB, WEB, OPERATORS, &noc, "watch", WATCHING, true },
	{ WEB, WEB, OPERATORS, &noc, "reload", DONE, true },
	{ WEB, OPERATORS, 0, &noc, "watch", WATCHING, true }, /* its first group: newgrp(1) */
	{ WEB, OPERATORS, VISITORS, &noc, "reload", DONE, true },
	{ WEB, WEB, 0, &noc, "watch", NOT_A_MEMBER("watch"), false },
	{ OPERATORS, WEB, 0, &noc, "watch", NOT_A_MEMBER("watch"),
		false }, /* the number of a user is none of a group */
	{ WEB, DAEMON, DAEMON, &noc, "watch", NOT_A_MEMBER("watch"), false },
};

static struct control *control;
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static bool was_operator;
static uid_t was_user;

static json_t *answer(void *owner, const struct control_asker *asker, const char *op, json_t *request, const char **why)
{
	(void)owner, (void)op, (void)request, (void)why;
	was_operator = asker->is_operator;
	was_user = asker->user;
	return json_pack("{sb}", "done", true);
}

/* In many groups, to show that none is overlooked. */
static void child(uid_t user, gid_t group, gid_t other, const char *op, int out)
{
	static gid_t groups[MANY];
	char text[512];
	ssize_t got;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	for (size_t i = 0; i < MANY; i++)
		groups[i] = 100000 + (gid_t)i;
	groups[MANY - 1] = other;
	if (setgroups(other ? MANY : 0, groups) || setresgid(group, group, group) || setresuid(user, user, user) ||
		connect(fd, (struct sockaddr *)&address, sizeof(address)))
		_exit(1);
	snprintf(text, sizeof(text), "{\"op\":\"%s\"}\n", op);
	if (send(fd, text, strlen(text), 0) < 0)
		_exit(1);
	got = recv(fd, text, sizeof(text), 0);
	_exit(got <= 0 || write(out, text, (size_t)got) != got);
}

/* What the client gets, while the control socket is served. */
static void hear(pid_t pid, int in, char *text, size_t size)
{
	struct pollfd p[] = { { .fd = control_fd(control), .events = POLLIN }, { .fd = in, .events = POLLIN } };
	ssize_t got = -1;
	int status;

	while (got < 0 && poll(p, 2, 5000) > 0) {
		if (p[0].revents)
			control_work(control);
		if (p[1].revents)
			got = read(in, text, size - 1);
	}
	text[got > 0 ? got : 0] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static bool has_many_users(void)
{
	char map[64] = "";
	FILE *f = fopen("/proc/self/uid_map", "r");
	unsigned long first, there, count = 0;

	if (f && fgets(map, sizeof(map), f) && sscanf(map, "%lu %lu %lu", &first, &there, &count) != 3)
		count = 0;
	if (f)
		fclose(f);
	return geteuid() == 0 && count > 200000;
}

static void asks_the_kernel_who_asks(void **state)
{
	const struct control_callbacks callbacks = { answer, NULL, NULL };

	(void)state;
	if (!has_many_users())
		skip();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		int ends[2];
		pid_t pid;

		snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/uturn-access-%d", (int)getpid());
		assert_int_equal(control_open(&control, address.sun_path, &callbacks, rows[i].operators), 0);
		assert_int_equal(chmod(address.sun_path, 0666), 0);
		assert_int_equal(pipe(ends), 0);
		was_operator = !rows[i].is_operator;
		was_user = rows[i].user + 1;
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			child(rows[i].user, rows[i].group, rows[i].other, rows[i].op, ends[1]);
		close(ends[1]);
		hear(pid, ends[0], text, sizeof(text));
		if (strcmp(text, rows[i].answer) != 0)
			fail_msg("row %zu: expected %s, got %s", i, rows[i].answer, text);
		if (strcmp(text, DONE) == 0) {
			assert_int_equal(was_operator, rows[i].is_operator);
			assert_int_equal(was_user, rows[i].user);
		}
		close(ends[0]);
		control_close(control);
	}
}

/* Without other users to become: this one, which is the daemon's own or not. */
static void knows_its_own_user(void **state)
{
	const struct control_operators own = { geteuid(), (gid_t)-1, "" }, other = { geteuid() + 1, (gid_t)-1, "" };
	bool is_root = geteuid() == 0;
	int ends[2];
	uid_t user;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_true(control_access(ends[0], &own, &user));
	assert_int_equal(user, geteuid());
	assert_int_equal(control_access(ends[0], &other, &user), is_root);
	close(ends[0]);
	close(ends[1]);
	assert_false(control_access(ends[0], &own, &user)); /* and who cannot be asked about is no operator */
	assert_int_equal(user, (uid_t)-1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_the_kernel_who_asks),
		cmocka_unit_test(knows_its_own_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
