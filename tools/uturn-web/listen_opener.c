/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listen_opener.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/landlock.h"
#include "daemon/privileges.h"
#include "daemon/syscalls.h"
#include "listen_inherited.h"
#include "listen_socket.h"
#include "web_config_file.h"
#include "web_sandbox.h"

enum { ANSWER_MS = 5000 };

struct request {
	struct web_listen listen; /* port 0: the configuration is in force */
	bool is_only6;
};

/* errno 0 comes with a descriptor */
static void reply(int to, int err, int fd)
{
	union {
		struct cmsghdr header; /* for its alignment */
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	struct iovec words = { &err, sizeof(err) };
	struct msghdr message = { .msg_iov = &words, .msg_iovlen = 1 };

	if (fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		control.header = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	sendmsg(to, &message, MSG_NOSIGNAL);
}

static bool names(const struct web_config *c, const struct web_listen *l)
{
	for (unsigned i = 0; i < c->listener_count; i++)
		if (c->listeners[i].port == l->port && addr_equal(&c->listeners[i].addr, &l->addr))
			return true;
	return false;
}

static void serve(int fd, struct web_config *in_force, const char *path)
{
	static struct web_config now;
	char why[WEB_WHY_SIZE];
	struct request r;

	while (recv(fd, &r, sizeof(r), 0) == sizeof(r)) {
		bool is_read = web_config_load(path, &now, why, sizeof(why)) == 0;
		int opened = -EACCES;

		if (r.listen.port == 0) {
			if (is_read)
				*in_force = now;
			continue;
		}
		if ((is_read && names(&now, &r.listen)) || names(in_force, &r.listen))
			opened = listen_socket_open(&r.listen, r.is_only6);
		reply(fd, opened < 0 ? -opened : 0, opened);
		if (opened >= 0)
			close(opened);
	}
}

/* What is missing of a sandbox has been logged by the other process, which has the same kernel. */
static void confine(const char *path)
{
	int ruleset = landlock_open_files();

	if (ruleset >= 0 && landlock_permit_reload(ruleset, path) == 0)
		landlock_enter(ruleset);
	web_sandbox_opener_calls();
}

static _Noreturn void run(int fd, const struct web_config *config, const char *path,
	const struct listen_inherited *inherited)
{
	static struct web_config in_force;
	char why[WEB_WHY_SIZE];

	signal(SIGHUP, SIG_IGN); /* pkill -HUP uturn-web */
	in_force = *config;
	for (unsigned i = 0; i < inherited->count; i++)
		close(inherited->each[i].fd);
	if (privileges_drop(config->user, inherited->count ? PRIVILEGES_NONE : PRIVILEGES_PORTS, why, sizeof(why)))
		_exit(EXIT_FAILURE); /* as the other process does, with these words */
	if (!syscalls_are_sanitized())
		confine(path ? path : web_config_path);
	serve(fd, &in_force, path);
	_exit(EXIT_SUCCESS);
}

int listen_opener_start(struct listen_opener *o, const struct web_config *config, const char *path,
	const struct listen_inherited *inherited)
{
	int pair[2];
	pid_t child;

	o->fd = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	child = fork();
	if (child < 0) {
		close(pair[0]);
		close(pair[1]);
		return -errno;
	}
	if (child == 0) {
		close(pair[0]);
		run(pair[1], config, path, inherited);
	}
	close(pair[1]);
	o->fd = pair[0];
	return 0;
}

static int take_reply(int from)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	int err, fd;
	struct iovec words = { &err, sizeof(err) };
	struct msghdr message = { .msg_iov = &words,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != sizeof(err))
		return -EPIPE;
	if (err)
		return -err;
	c = CMSG_FIRSTHDR(&message);
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
		return -EMFILE; /* it came, and there was no room for it */
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

int listen_opener_ask(struct listen_opener *o, const struct web_listen *l, bool is_only6)
{
	struct pollfd ready = { .fd = o->fd, .events = POLLIN };
	struct request r;

	memset(&r, 0, sizeof(r)); /* holes as well: all of it is sent */
	r.listen = *l;
	r.is_only6 = is_only6;
	if (o->fd < 0 || send(o->fd, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r))
		return -EPIPE;
	while (poll(&ready, 1, ANSWER_MS) < 0)
		if (errno != EINTR)
			return -errno;
	if (ready.revents & POLLIN)
		return take_reply(o->fd);
	listen_opener_end(o); /* a late reply would be taken for that to another question */
	return -EPIPE;
}

void listen_opener_settle(const struct listen_opener *o)
{
	struct request r;

	memset(&r, 0, sizeof(r));
	if (o->fd >= 0)
		send(o->fd, &r, sizeof(r), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void listen_opener_end(struct listen_opener *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}
