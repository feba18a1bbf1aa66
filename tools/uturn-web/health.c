/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "health.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/stream.h"

bool health_is_good(struct health *h, const char *control, uint64_t now_ns)
{
	static const uint64_t fresh_ns = 200000000;
	int fd;

	if (h->asked_ns && now_ns - h->asked_ns < fresh_ns)
		return h->is_reached;
	fd = stream_connect(control, SOCK_NONBLOCK);
	if (fd >= 0)
		close(fd);
	*h = (struct health){ now_ns, fd >= 0 || fd == -EAGAIN };
	return h->is_reached;
}
