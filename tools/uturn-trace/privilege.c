/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "privilege.h"

#include <cap-ng.h>
#include <sys/prctl.h>

bool privilege_is_there(void)
{
	return capng_get_caps_process() == 0 && capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW);
}

/* Without no_new_privs a program that we were made to start could have them again. */
bool privilege_drop(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return false;
	capng_clear(CAPNG_SELECT_BOTH);
	return capng_get_caps_process() == 0 && capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE;
}
