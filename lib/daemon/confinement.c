/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/confinement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "daemon/landlock.h"

static int enter_files(int ruleset, int permitted)
{
	if (ruleset < 0)
		return ruleset;
	if (!permitted)
		return landlock_enter(ruleset);
	close(ruleset);
	return permitted;
}

int confinement_enter(int ruleset, int permitted, int (*calls)(void), char *why, size_t why_size)
{
	int err = enter_files(ruleset, permitted);

	if (err == -EOPNOTSUPP) {
		log_info("sandbox: this kernel has no Landlock, files are protected by their permissions alone");
		err = 0;
	}
	if (err) {
		snprintf(why, why_size, "sandbox: Landlock: %s", strerror(-err));
		return err;
	}
	err = calls();
	if (err)
		log_warning(
			"sandbox: seccomp: %s: system calls are not filtered (does this kernel have CONFIG_SECCOMP_FILTER?)",
			strerror(-err));
	return 0;
}
