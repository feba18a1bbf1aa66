/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The privileges of a daemon, and dropping all others: its own user, uturnd
 * with CAP_NET_ADMIN and CAP_NET_RAW, uturn-web without any capability, the
 * process that opens its listeners with CAP_NET_BIND_SERVICE; or root for labs
 * (capabilities(7)).
 *
 * All return 0, or a negative errno with `why` set to words and the remedy.
 */
#ifndef UTURN_DAEMON_PRIVILEGES_H
#define UTURN_DAEMON_PRIVILEGES_H

#include <stddef.h>

/* PRIVILEGES_PORTS: CAP_NET_BIND_SERVICE where it is held, for ports below 1024 */
enum privileges { PRIVILEGES_PACKETS, PRIVILEGES_NONE, PRIVILEGES_PORTS };

/* Are the capabilities that packets need there? Called before anything is opened. */
int privileges_check(char *why, size_t why_size);

/*
 * Changes to the user, with exactly these privileges, for good. With the two
 * capabilities for packets the process has no supplementary groups; otherwise it
 * has those of its user, which give it access to files and sockets. "root" stays
 * root: with PRIVILEGES_NONE, a root without any capability. A process that
 * runs as the user already (User= and AmbientCapabilities= of systemd) only
 * drops what is too much.
 */
int privileges_drop(const char *user, enum privileges keep, char *why, size_t why_size);

/*
 * Makes the user (and its group) the owner of a socket or directory, before
 * privileges_drop(); does nothing where we are not root. A path that is
 * anything else by now is refused with -EEXIST.
 */
int privileges_give(const char *user, const char *path, char *why, size_t why_size);

#endif
