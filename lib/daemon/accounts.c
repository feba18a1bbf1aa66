/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/accounts.h"

#include <grp.h>
#include <pwd.h>
#include <stddef.h>

bool account_user(const char *name, uid_t *uid)
{
	const struct passwd *found = getpwnam(name);

	*uid = found ? found->pw_uid : (uid_t)-1;
	return found != NULL;
}

bool account_group(const char *name, gid_t *gid)
{
	const struct group *found = getgrnam(name);

	*gid = found ? found->gr_gid : (gid_t)-1;
	return found != NULL;
}
