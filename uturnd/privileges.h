/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What uturnd may do, and how it comes to be allowed no more than that: its
 * own user with CAP_NET_ADMIN and CAP_NET_RAW, or root for labs.
 *
 * All return 0, or a negative errno with `why` set to words and the remedy.
 */
#ifndef UTURN_PRIVILEGES_H
#define UTURN_PRIVILEGES_H

#include <stddef.h>

/* Before anything is opened: is what we need there at all? */
int privileges_check(char *why, size_t why_size);

/*
 * Becomes the user, with exactly the two capabilities, no groups but its own,
 * and no way back. "root" keeps user and capabilities as they are. A process
 * that is the user already (User= and AmbientCapabilities= of systemd) only
 * loses what is too much.
 */
int privileges_drop(const char *user, char *why, size_t why_size);

/* Makes the user (and its group) the owner of a file, while we still may; nothing to do where we are no root. */
int privileges_give(const char *user, const char *path, char *why, size_t why_size);

#endif
