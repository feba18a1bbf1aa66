/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of users and groups by their names (passwd(5), group(5)). Call it before a sandbox forbids to read them. */
#ifndef UTURN_DAEMON_ACCOUNTS_H
#define UTURN_DAEMON_ACCOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

/* Both return false, with *uid or *gid set to -1, if there is none of this name. */
bool account_user(const char *name, uid_t *uid);
bool account_group(const char *name, gid_t *gid);

#endif
