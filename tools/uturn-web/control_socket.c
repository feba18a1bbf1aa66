/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int control_socket_send(int fd, const char *request, size_t len, int connection)
{
	union {
		struct cmsghdr header; /* for its alignment */
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	struct iovec text = { (void *)request, len };
	struct msghdr message = { .msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &connection, sizeof(connection));
	/* the send buffer of a new socket has room for a line: less than all of it is an error */
	return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)len ? 0 : errno ? -errno : -EIO;
}
