/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a daemon may do, and how it comes to be allowed no more than that: its
 * own user, uturnd with CAP_NET_ADMIN and CAP_NET_RAW, uturn-web with nothing
 * at all; or root for labs.
 *
 * All return 0, or a negative errno with `why` set to words and the remedy.
 */
#ifndef UTURN_DAEMON_PRIVILEGES_H
#define UTURN_DAEMON_PRIVILEGES_H

#include <stddef.h>

enum privileges { PRIVILEGES_PACKETS, PRIVILEGES_NONE };

/* Before anything is opened: is what packets need there at all? */
int privileges_check(char *why, size_t why_size);

/*
 * Becomes the user, with exactly these privileges, and no way back. One with
 * the two capabilities has no groups but its own; one with none has those of
 * its user, since its files and sockets are all that it can reach. "root" stays
 * root: with PRIVILEGES_NONE, a root without any capability. A process
 * that is the user already (User= and AmbientCapabilities= of systemd) only
 * loses what is too much.
 */
int privileges_drop(const char *user, enum privileges keep, char *why, size_t why_size);

/*
 * Makes the user (and its group) the owner of a socket or directory, while we
 * still may; nothing to do where we are no root. What has become something
 * else since we made it is left alone.
 */
int privileges_give(const char *user, const char *path, char *why, size_t why_size);

#endif
