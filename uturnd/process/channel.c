/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/channel.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE_WITH(member) (offsetof(struct channel_message, member) + sizeof(((struct channel_message *)0)->member))

static const size_t sizes[CHANNEL_KINDS] = {
	[CHANNEL_READY] = sizeof(enum channel_kind),
	[CHANNEL_FAILED] = SIZE_WITH(why),
	[CHANNEL_EVENT] = SIZE_WITH(event),
	[CHANNEL_CONFIG] = SIZE_WITH(config),
	[CHANNEL_DENIED] = SIZE_WITH(denied),
	[CHANNEL_DRAIN] = SIZE_WITH(drain_until_ns),
	[CHANNEL_RING] = sizeof(enum channel_kind),
	[CHANNEL_PEER] = offsetof(struct channel_message, peer.packet), /* and the packet */
};

static size_t size_of(const struct channel_message *m)
{
	return sizes[m->kind] + (m->kind == CHANNEL_PEER ? m->peer.size : 0);
}

int channel_open(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0 ? 0 : -errno;
}

bool channel_send(int fd, const struct channel_message *m)
{
	const size_t size = size_of(m);
	ssize_t sent;

	do
		sent = send(fd, m, size, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)size;
}

static bool is_whole(const struct channel_message *m, size_t len)
{
	if (len < sizeof(m->kind) || (unsigned)m->kind >= CHANNEL_KINDS || len < sizes[m->kind] || len != size_of(m))
		return false;
	return m->kind != CHANNEL_EVENT || (unsigned)m->event.reason < REASON_COUNT;
}

enum channel_result channel_receive(int fd, struct channel_message *m)
{
	ssize_t len = recv(fd, m, sizeof(*m), 0);

	if (len < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOMEM))
		return CHANNEL_NOTHING;
	if (len <= 0 || !is_whole(m, (size_t)len))
		return CHANNEL_CLOSED;
	if (m->kind == CHANNEL_FAILED)
		m->why[sizeof(m->why) - 1] = '\0';
	return CHANNEL_MESSAGE;
}
