/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "config/config_verdict.h"
#include "daemon/landlock.h"

static int sandbox_files(const struct sandbox_paths *paths)
{
	int ruleset = landlock_open();
	int err = 0;

	if (ruleset < 0)
		return ruleset;
	if (paths)
		err = landlock_permit_reload(ruleset, paths->config);
	for (unsigned i = 0; !err && paths && i < paths->file_count; i++)
		err = landlock_permit_reload(ruleset, paths->files[i]);
	if (!err && paths)
		err = landlock_permit_reading(ruleset, config_verdict_folder);
	if (!err && paths && paths->control)
		err = landlock_permit_removal(ruleset, paths->control);
	if (!err)
		return landlock_enter(ruleset);
	close(ruleset);
	return err;
}

int sandbox_enter(const struct sandbox_paths *paths, char *why, size_t why_size)
{
	int err = sandbox_files(paths);

	if (err == -EOPNOTSUPP) {
		if (paths)
			log_info(
				"sandbox: this kernel has no Landlock, files are protected by their permissions alone");
		err = 0;
	}
	if (err) {
		snprintf(why, why_size, "sandbox: Landlock: %s", strerror(-err));
		return err;
	}
	err = sandbox_calls();
	if (err)
		snprintf(why, why_size, "sandbox: seccomp: %s (does this kernel have CONFIG_SECCOMP_FILTER?)",
			strerror(-err));
	return err;
}
