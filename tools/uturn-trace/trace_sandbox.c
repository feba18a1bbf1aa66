/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace_sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/landlock.h"
#include "daemon/syscalls.h"

enum { DNS_PORT = 53 };

/* What c-ares reads: of name servers, of hosts; and random numbers for the ids of its queries. */
static const char resolv_conf[] = "/etc/resolv.conf", hosts[] = "/etc/hosts", urandom[] = "/dev/urandom";

static int permit_names(int ruleset)
{
	int err = landlock_permit_reading(ruleset, resolv_conf);

	if (!err)
		err = landlock_permit_reading(ruleset, hosts);
	if (!err)
		err = landlock_permit_reading(ruleset, urandom);
	return err ? err : landlock_permit_connecting(ruleset, DNS_PORT);
}

static int permit_outputs(int ruleset, const struct trace_options *o)
{
	int err = 0;

	for (unsigned i = 0; !err && i < o->output_count; i++)
		err = landlock_permit_replacing(ruleset, o->outputs[i].path);
	return err;
}

static int enter_files(enum trace_sandbox which, const struct trace_options *o)
{
	int ruleset = landlock_open();
	int err = 0;

	if (ruleset < 0)
		return ruleset;
	if (which == TRACE_SANDBOX_RUN && !o->has_no_names)
		err = permit_names(ruleset);
	else if (which == TRACE_SANDBOX_RENAME)
		err = permit_outputs(ruleset, o);
	if (!err)
		return landlock_enter(ruleset);
	close(ruleset);
	return err;
}

int trace_sandbox_force(enum trace_sandbox which, const struct trace_options *o, char *why, size_t why_size)
{
	int err = enter_files(which, o);

	if (err && err != -EOPNOTSUPP) {
		snprintf(why, why_size, "sandbox: Landlock: %s", strerror(-err));
		return err;
	}
	err = trace_sandbox_calls(which);
	/* a kernel without CONFIG_SECCOMP_FILTER, an emulator, a container that forbids filters */
	if (!err || err == -EINVAL || err == -ENOSYS || err == -EPERM || err == -ECANCELED)
		return 0;
	snprintf(why, why_size, "sandbox: seccomp: %s", strerror(-err));
	return err;
}

bool trace_sandbox_enter(enum trace_sandbox which, const struct trace_options *o, char *why, size_t why_size)
{
	return syscalls_are_sanitized() || trace_sandbox_force(which, o, why, why_size) == 0;
}
