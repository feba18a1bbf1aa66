/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/confinement.h"
#include "daemon/landlock.h"
#include "serve.h"

static int permit_all(int ruleset, const struct serve *s, const char *file)
{
	int err = landlock_scope_signals();

	if (!err && *file)
		err = landlock_permit_reload(ruleset, file); /* what SQLite keeps is beside it */
	if (!err && !s->listen.addr.family)
		err = landlock_permit_removal(ruleset, s->listen.path);
	return err;
}

int serve_sandbox_enter(const struct serve *s, const char *file, char *why, size_t why_size)
{
	int ruleset = landlock_open();
	int permitted = ruleset < 0 ? 0 : permit_all(ruleset, s, file);

	return confinement_enter(ruleset, permitted, serve_sandbox_calls, why, why_size);
}
