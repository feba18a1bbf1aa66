/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "daemon/landlock.h"
#include "serve.h"

static int enter_files(const struct serve *s, const char *file)
{
	int ruleset = landlock_open();
	int err;

	if (ruleset < 0)
		return ruleset;
	err = landlock_scope_signals();
	if (!err && *file)
		err = landlock_permit_reload(ruleset, file); /* what SQLite keeps is beside it */
	if (!err && !s->listen.addr.family)
		err = landlock_permit_removal(ruleset, s->listen.path);
	if (!err)
		return landlock_enter(ruleset);
	close(ruleset);
	return err;
}

int serve_sandbox_enter(const struct serve *s, const char *file, char *why, size_t why_size)
{
	int err = enter_files(s, file);

	if (err == -EOPNOTSUPP) {
		log_info("sandbox: this kernel has no Landlock, files are protected by their permissions alone");
		err = 0;
	}
	if (err) {
		snprintf(why, why_size, "sandbox: Landlock: %s", strerror(-err));
		return err;
	}
	err = serve_sandbox_calls();
	if (err)
		log_warning(
			"sandbox: seccomp: %s: system calls are not filtered (does this kernel have CONFIG_SECCOMP_FILTER?)",
			strerror(-err));
	return 0;
}
