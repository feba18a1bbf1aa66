/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection to uturnd's control socket, for its clients. */
#ifndef UTURN_COMMON_STREAM_H
#define UTURN_COMMON_STREAM_H

/*
 * flags: 0 or SOCK_NONBLOCK. Returns a descriptor (close-on-exec) for the
 * caller to close, or a negative errno; -EAGAIN: uturnd listens, and its
 * backlog is full.
 */
int stream_connect(const char *path, int flags);

#endif
