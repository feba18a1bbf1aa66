/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An idle connection carries no segments from which uturnd learns its sequence
 * numbers. So TCP keep-alive (RFC 9293 3.8.4) is turned on for a moment, on a
 * copy of the socket, which root may take from the process that owns it
 * (pidfd_getfd(2)). Without that privilege nothing happens.
 */
#ifndef UTURNCTL_TRACE_NUDGE_H
#define UTURNCTL_TRACE_NUDGE_H

struct nudge {
	int fd; /* -1: none */
	int keepalive, idle; /* before; idle in seconds */
};

/* inode: of the socket, as in /proc/net/tcp; 0: unknown. */
void nudge_begin(struct nudge *n, long long inode);
/* Restores the options of the socket; may be called again. */
void nudge_end(struct nudge *n);

#endif
