/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/confine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "common/log.h"
#include "config/config_types.h"
#include "daemon/landlock.h"
#include "daemon/privileges.h"
#include "daemon/syscalls.h"
#include "process/sandbox.h"

static int enter_sandbox(const struct sandbox_paths *paths, char *why, size_t why_size)
{
	if (!syscalls_are_sanitized())
		return sandbox_enter(paths, why, why_size);
	if (paths)
		log_warning("built with a sanitizer: no sandbox");
	return 0;
}

int confine_signals(char *why, size_t why_size)
{
	int err = landlock_scope_signals();

	if (err)
		snprintf(why, why_size, "sandbox: Landlock: %s", strerror(-err));
	return err;
}

int confine(const struct config *config, const char *path, char *why, size_t why_size)
{
	const struct sandbox_paths paths = {
		.config = path,
		.control = config->control,
		.files = config->deny_files,
		.file_count = config->deny_file_count,
	};
	int err = privileges_drop(config->user, PRIVILEGES_PACKETS, why, why_size);

	if (err)
		return err;
	if (!path && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) { /* after the drop, which would undo it */
		err = -errno;
		snprintf(why, why_size, "worker: cannot set the parent-death signal: %s", strerror(errno));
		return err;
	}
	return enter_sandbox(path ? &paths : NULL, why, why_size);
}
