/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/log.h"

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
