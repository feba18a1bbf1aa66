/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients of the control socket that wait for lines of their own, and descriptors that they hand over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "io/control.h"

enum { HELD = 256 };

static struct control *control;
static char path[64];
static unsigned gone_count, gone_slot, slot;
static int passed; /* with the last request; -1: none, -2: one that was no end of a pair */
static bool is_operator;

static json_t *answer(void *owner, const struct control_asker *asker, const char *op, json_t *request, const char **why)
{
	(void)owner, (void)request;
	slot = asker->slot;
	is_operator = asker->is_operator;
	passed = asker->passed < 0 ? -1 : write(asker->passed, "!", 1) == 1 ? 1 : -2;
	if (strcmp(op, "trace") == 0 && !control_hold(control, asker->slot, true)) {
		*why = "too many";
		return NULL;
	}
	return json_pack("{ss}", "op", op);
}

static void gone(void *owner, unsigned who)
{
	(void)owner;
	gone_count++;
	gone_slot = who;
}

static int setup(void **state)
{
	const struct control_callbacks callbacks = { answer, gone, NULL };
	const struct control_operators operators = { 0, (gid_t)-1, "" };

	(void)state;
	snprintf(path, sizeof(path), "/tmp/uturn-hold-%d", (int)getpid());
	gone_count = 0;
	return control_open(&control, path, &callbacks, &operators);
}

static int teardown(void **state)
{
	(void)state;
	control_close(control);
	return 0;
}

static int client(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void turn(void)
{
	struct pollfd p = { .fd = control_fd(control), .events = POLLIN };

	for (int i = 0; i < 1000 && poll(&p, 1, 0) > 0; i++)
		control_work(control);
}

static void ask(int fd, const char *request)
{
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	turn();
}

static void hears(int fd, const char *expected, bool is_closed)
{
	char text[65536];
	ssize_t got;
	size_t len = 0;

	turn();
	while ((got = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	assert_string_equal(text, expected);
	assert_int_equal(got == 0, is_closed);
}

#define TRACE "{\"op\":\"trace\"}\n"

static void tells_one_alone(void **state)
{
	int first = client(), second = client();

	(void)state;
	ask(first, TRACE);
	control_send(control, slot, json_pack("{si}", "n", 1));
	ask(second, TRACE);
	control_send(control, slot, json_pack("{si}", "n", 2));
	control_send(control, slot, json_pack("{si}", "n", 3));
	hears(first, TRACE "{\"n\":1}\n", false);
	hears(second, TRACE "{\"n\":2}\n{\"n\":3}\n", false);
	close(second);
	turn();
	assert_int_equal(gone_count, 1);
	assert_int_equal(gone_slot, slot);
	close(first);
	turn();
	assert_int_equal(gone_count, 2);
}

/* Who has said all he wanted still waits for what he asked for. */
static void waits_with_the_half_closed(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, TRACE);
	shutdown(fd, SHUT_WR);
	hears(fd, TRACE, false);
	control_send(control, slot, json_pack("{si}", "n", 1));
	hears(fd, "{\"n\":1}\n", false);
	control_send(control, slot, json_pack("{si}", "n", 2));
	control_hold(control, slot, false);
	hears(fd, "{\"n\":2}\n", true);
	assert_int_equal(gone_count, 0);
	close(fd);
}

/* Those who wait for lines keep their slots, and others find one. */
static void leaves_slots_to_others(void **state)
{
	int fds[HELD + 1], idle[40], fd;

	(void)state;
	for (int i = 0; i <= HELD; i++) {
		fds[i] = client();
		ask(fds[i], TRACE);
		hears(fds[i], i < HELD ? TRACE : "{\"error\":\"too many\"}\n", false);
	}
	for (size_t i = 0; i < 40; i++) {
		idle[i] = client();
		turn();
	}
	fd = client();
	ask(fd, "{\"op\":\"status\"}\n");
	hears(fd, "{\"op\":\"status\"}\n", false);
	assert_int_equal(gone_count, 0);
	close(fds[7]);
	turn();
	assert_int_equal(gone_count, 1);
	ask(fd, TRACE);
	hears(fd, TRACE, false);
	close(fd);
	for (size_t i = 0; i < 40; i++)
		close(idle[i]);
	for (int i = 0; i <= HELD; i++)
		if (i != 7)
			close(fds[i]);
	turn();
	assert_int_equal(gone_count, HELD + 1);
}

/* --- descriptors ------------------------------------------------------------------------------------------------- */

static void pass(int fd, const char *text, const int *fds, size_t count)
{
	char room[CMSG_SPACE(8 * sizeof(int))] = { 0 };
	struct iovec bytes = { (char *)text, strlen(text) };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = room };
	struct cmsghdr *header;

	message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	header = CMSG_FIRSTHDR(&message);
	*header = (struct cmsghdr){ CMSG_LEN(count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(header), fds, count * sizeof(int));
	assert_int_equal(sendmsg(fd, &message, MSG_NOSIGNAL), strlen(text));
	turn();
}

/* Our own, and what somebody has handed to us: both ends of everything here are in this process. */
static unsigned descriptors(void)
{
	unsigned count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void takes_a_descriptor_with_its_request(void **state)
{
	int fd = client(), ends[2];
	unsigned before;
	char byte;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	turn();
	before = descriptors();
	pass(fd, TRACE, &ends[1], 1);
	assert_int_equal(passed, 1);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(descriptors(), before);
	ask(fd, TRACE); /* it was for one request */
	assert_int_equal(passed, -1);
	pass(fd, "{\"op\":\"sta", &ends[1], 1);
	ask(fd, "tus\"}\n"); /* which does not want any */
	assert_int_equal(passed, -1);
	assert_int_equal(descriptors(), before + 1);
	ask(fd, TRACE);
	assert_int_equal(passed, 1);
	assert_int_equal(descriptors(), before);
	pass(fd, "{", &ends[1], 1);
	assert_int_equal(descriptors(), before + 1);
	close(fd);
	turn();
	assert_int_equal(descriptors(), before - 2); /* its own end, ours, and what it had handed over */
	close(ends[0]);
	close(ends[1]);
}

static void keeps_none_of_many(void **state)
{
	int fd = client(), ends[2], many[8];
	unsigned before;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	turn();
	before = descriptors();
	for (size_t i = 0; i < 8; i++)
		many[i] = ends[1];
	pass(fd, TRACE, many, 8);
	assert_int_equal(descriptors(), before);
	for (int i = 0; i < 100; i++)
		pass(fd, " ", many, 8);
	assert_in_range(descriptors(), before, before + 1);
	ask(fd, TRACE);
	assert_int_equal(descriptors(), before);
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

/* The last one to close a socket that lingers waits for its peer: not we. */
static void does_not_linger(void **state)
{
	const struct linger minute = { 1, 60 };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = client(), tcp, peer;
	char bytes[65536] = { 0 };
	time_t before;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(tcp, (struct sockaddr *)&address, size), 0);
	assert_int_equal(fcntl(tcp, F_SETFL, O_NONBLOCK), 0);
	peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	while (send(tcp, bytes, sizeof(bytes), 0) > 0) /* until nothing more fits, and the peer never reads */
		;
	assert_int_equal(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &minute, sizeof(minute)), 0);
	pass(fd, "{", &tcp, 1);
	close(tcp);
	before = time(NULL);
	ask(fd, "\"op\":\"trace\"}\n");
	assert_in_range(time(NULL) - before, 0, 5);
	close(peer);
	close(listener);
	close(fd);
}

/* Nor is there a file that it closes: some file systems make it wait for ever. To be tested last. */
static void closes_no_file(void **state)
{
	int fd = client(), file = open("/dev/null", O_RDWR), ends[2], many[8];
	unsigned before;

	(void)state;
	assert_true(file >= 0);
	turn();
	before = descriptors();
	pass(fd, TRACE, &file, 1);
	assert_int_equal(passed, -1);
	assert_int_equal(descriptors(), before + 1);
	for (size_t i = 0; i < 8; i++)
		many[i] = file;
	for (int i = 0; i < 100; i++)
		pass(fd, " ", many, 8);
	assert_in_range(descriptors(), before + 16, before + 18);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pass(fd, TRACE, &ends[1], 1); /* it has had enough */
	assert_int_equal(passed, -1);
	close(ends[0]);
	close(ends[1]);
	close(file);
	close(fd);
}

static void knows_root(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, "{\"op\":\"status\"}\n");
	assert_int_equal(is_operator, geteuid() == 0);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_one_alone),
		TEST(waits_with_the_half_closed),
		TEST(leaves_slots_to_others),
		TEST(takes_a_descriptor_with_its_request),
		TEST(keeps_none_of_many),
		TEST(does_not_linger),
		TEST(knows_root),
		TEST(closes_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
