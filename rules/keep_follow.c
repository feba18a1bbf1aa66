/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_follow.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/stream.h"

void keep_follow_init(struct keep_follow *f)
{
	*f = (struct keep_follow){ .fd = -1 };
}

void keep_follow_close(struct keep_follow *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

bool keep_follow_connect(struct keep_follow *f, const char *path, bool *is_new)
{
	static const char request[] = "{\"op\":\"watch\",\"only\":\"reloads\"}\n";
	struct ucred peer = { .pid = 0 }; /* of the process that listens */
	socklen_t size = sizeof(peer);

	f->fd = stream_connect(path, SOCK_NONBLOCK);
	if (f->fd < 0)
		return false;
	if (getsockopt(f->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
		send(f->fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(request) - 1) {
		keep_follow_close(f);
		return false;
	}
	*is_new = peer.pid != f->pid;
	f->pid = peer.pid;
	return true;
}

static bool has(const char *text, size_t len, const char *words)
{
	return memmem(text, len, words, strlen(words)) != NULL;
}

/*
 * A line is short, and the socket is read as soon as it has one: it comes in one piece. Where not,
 * the rules follow at the next reload. uturnd may have too many watchers, or be an older one: it is asked again later.
 */
bool keep_follow_read(struct keep_follow *f)
{
	char text[4096];
	ssize_t got = recv(f->fd, text, sizeof(text), 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got <= 0 || has(text, (size_t)got, "\"error\":"))
		keep_follow_close(f);
	return got > 0 && has(text, (size_t)got, "\"reloaded\":true");
}
