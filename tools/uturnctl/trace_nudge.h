/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection on which nobody says anything shows nothing to learn from. Its
 * own kernel can be asked for a keepalive, which says nothing new: with a copy
 * of the socket of whatever process owns it (root may), and only for a moment.
 * Where that is not allowed, nothing happens.
 */
#ifndef UTURNCTL_TRACE_NUDGE_H
#define UTURNCTL_TRACE_NUDGE_H

struct nudge {
	int fd; /* -1: none */
	int keepalive, idle; /* as they were, seconds */
};

void nudge_begin(struct nudge *n, long long inode);
/* Everything is as it was; may be called again. */
void nudge_end(struct nudge *n);

#endif
