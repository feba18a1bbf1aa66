/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is left of the file system and the network to a process (Landlock, Linux
 * 5.13). A ruleset is a descriptor that permits nothing until it is told; when
 * it has been entered, this cannot be undone.
 *
 * All return 0 or a negative errno. A file that is missing or not accessible
 * anyway, or a pipe, which cannot be opened again, needs no permission and is
 * no error.
 */
#ifndef UTURN_DAEMON_LANDLOCK_H
#define UTURN_DAEMON_LANDLOCK_H

#include <stdint.h>

int landlock_open(void); /* a ruleset; -EOPNOTSUPP without Landlock */
int landlock_open_files(void); /* one that is about files alone, not about ports */
int landlock_enter(int ruleset); /* and closes it, whatever it returns */

/* To read a file, or the files of a folder and those below. */
int landlock_permit_reading(int ruleset, const char *path);

/*
 * To read a file again when it may have been replaced by a new one, as editors
 * do: all in its folder, and in that of a symbolic link's target.
 */
int landlock_permit_reload(int ruleset, const char *path);

int landlock_permit_removal(int ruleset, const char *path); /* of files in the folder of this one, which must exist */

/* To make files in the folder of this one, which must exist, to rename them within it, and to remove them. */
int landlock_permit_replacing(int ruleset, const char *path);

/* To connect TCP sockets to this port; where Landlock knows no ports, all are permitted. */
int landlock_permit_connecting(int ruleset, uint16_t port);

/*
 * From now on this process and those that it starts can send signals to each
 * other alone. Call it before any process is started.
 */
int landlock_scope_signals(void);

#endif
