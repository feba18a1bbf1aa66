/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* CAP_NET_RAW alone, where it is there at all. */
static bool keep_raw(bool is_effective)
{
	const bool is_there = privilege_is_there();

	capng_clear(CAPNG_SELECT_CAPS);
	if (is_there && capng_update(CAPNG_ADD, CAPNG_PERMITTED | (is_effective ? CAPNG_EFFECTIVE : 0), CAP_NET_RAW))
		return false;
	return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

/* Capabilities stay permitted. Where users may not be changed (user_namespaces(7)), root has only what they leave. */
static bool become(uid_t uid, gid_t gid, bool has_own_groups)
{
	bool is_done;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
		return false;
	is_done = (has_own_groups || setgroups(0, NULL) == 0) && setresgid(gid, gid, gid) == 0 &&
		setresuid(uid, uid, uid) == 0;
	return is_done || errno == EPERM || errno == EINVAL;
}

/* A number of the environment, as sudo(8) sets it; NOBODY where it is not set. */
static unsigned id_of(const char *name)
{
	const char *text = getenv(name);

	if (!text || !*text || strlen(text) > 9 || text[strspn(text, "0123456789")])
		return NOBODY;
	return (unsigned)strtoul(text, NULL, 10);
}

bool privilege_begin(void)
{
	if (geteuid() == 0 && getuid() != 0 && (!become(getuid(), getgid(), true) || geteuid() == 0))
		return false;
	return geteuid() == 0 || keep_raw(false);
}

bool privilege_lower(void)
{
	if (geteuid() == 0) {
		const uid_t uid = id_of("SUDO_UID");

		if (!become(uid ? uid : NOBODY, uid ? id_of("SUDO_GID") : NOBODY, false))
			return false;
	}
	return keep_raw(false);
}

bool privilege_is_there(void)
{
	return capng_get_caps_process() == 0 && capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW);
}

bool privilege_raise(void)
{
	return privilege_is_there() && keep_raw(true);
}

/* Without no_new_privs a program that we were made to start could have them again. */
bool privilege_drop(void)
{
	if (!privilege_lower() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return false;
	capng_clear(CAPNG_SELECT_BOTH);
	return capng_get_caps_process() == 0 && capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE;
}
