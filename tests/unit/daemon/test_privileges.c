/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <cap-ng.h>
#include <errno.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/privileges.h"

enum { LOCKED = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED };

/* What is dropped does not come back, so each row has a process of its own; it says 0, or which line was wrong. */
#define EXPECT(what) \
	do { \
		if (!(what)) \
			return __LINE__ % 250 + 1; \
	} while (0)

static char why[200];

static int held(void)
{
	int count = 0;

	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_get_caps_process() != 0)
		return -1;
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		count += capng_have_capability(CAPNG_PERMITTED, capability);
	return count;
}

/* A program that we become: has it more? */
static int started(const char *command)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int root_without_capabilities(void)
{
	EXPECT(privileges_drop("root", PRIVILEGES_NONE, why, sizeof(why)) == 0);
	EXPECT(held() == 0);
	EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	EXPECT(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == LOCKED);
	EXPECT(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) == -1 && errno == EPERM);
	EXPECT(started("grep -q '^CapEff:\t0000000000000000$' /proc/self/status") == 0);
	return 0;
}

static int another_user(void)
{
	int bits;

	EXPECT(privileges_drop("nobody", PRIVILEGES_PACKETS, why, sizeof(why)) == 0);
	EXPECT(held() == 2);
	EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
	EXPECT((bits & LOCKED) == LOCKED);
	EXPECT(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) == -1 && errno == EPERM);
	EXPECT(setuid(0) == -1 && setresuid(0, 0, 0) == -1 && setgid(0) == -1);
	EXPECT(started("grep -q '^CapEff:\t0000000000000000$' /proc/self/status") == 0);
	return 0;
}

static int ports_alone(void)
{
	EXPECT(privileges_drop("root", PRIVILEGES_PORTS, why, sizeof(why)) == 0);
	EXPECT(held() == 1 && capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_BIND_SERVICE));
	EXPECT(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == LOCKED);
	EXPECT(started("grep -q '^CapEff:\t0000000000000000$' /proc/self/status") == 0);
	return 0;
}

/* What was not there is not missed: ports from 1024 on need none. */
static int no_ports_to_keep(void)
{
	capng_get_caps_process();
	capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_BIND_SERVICE);
	EXPECT(capng_apply(CAPNG_SELECT_CAPS) == 0);
	EXPECT(privileges_drop("root", PRIVILEGES_PORTS, why, sizeof(why)) == 0);
	EXPECT(held() == 0);
	return 0;
}

/* In a user namespace of one user there is nobody else. */
static int nobody_to_become(void)
{
	EXPECT(privileges_drop("nobody", PRIVILEGES_PACKETS, why, sizeof(why)) == -EPERM);
	EXPECT(strstr(why, "user nobody: cannot change to it") != NULL);
	return 0;
}

/* As a service that was given less than it needs to lock anything. */
static int without_setpcap(void)
{
	capng_get_caps_process();
	capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_SETPCAP);
	EXPECT(capng_apply(CAPNG_SELECT_CAPS) == 0);
	EXPECT(privileges_drop("root", PRIVILEGES_NONE, why, sizeof(why)) == 0);
	EXPECT(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == 0);
	EXPECT(held() == 0);
	EXPECT(started("grep -q '^CapEff:\t0000000000000000$' /proc/self/status") == 0); /* by no_new_privs alone */
	return 0;
}

/* Somebody has locked them otherwise before us. */
static int locked_open(void)
{
	EXPECT(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT_LOCKED, 0, 0, 0) == 0);
	EXPECT(privileges_drop("root", PRIVILEGES_NONE, why, sizeof(why)) == -EPERM);
	EXPECT(strcmp(why, "user root: securebits cannot be set (they are locked with other values)") == 0);
	return 0;
}

static int unknown_user(void)
{
	EXPECT(privileges_drop("no such user", PRIVILEGES_PACKETS, why, sizeof(why)) == -ENOENT);
	return 0;
}

static const struct {
	const char *name;
	int (*row)(void);
	bool needs_users; /* more than one: root of the host */
} rows[] = {
	{ "root without capabilities", root_without_capabilities, false },
	{ "another user", another_user, true },
	{ "ports alone", ports_alone, false },
	{ "no ports to keep", no_ports_to_keep, false },
	{ "nobody to become", nobody_to_become, false },
	{ "without CAP_SETPCAP", without_setpcap, false },
	{ "locked open", locked_open, false },
	{ "unknown user", unknown_user, false },
};

/* Everybody can be root in a user namespace of his own. */
static int become_root(void)
{
	char map[32];
	int length = snprintf(map, sizeof(map), "0 %u 1", geteuid());
	FILE *f;

	if (unshare(CLONE_NEWUSER) != 0)
		return -1;
	f = fopen("/proc/self/uid_map", "we");
	if (!f)
		return -1;
	fwrite(map, 1, (size_t)length, f);
	return fclose(f);
}

static void rows_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status;
		pid_t child;

		if (rows[i].needs_users && geteuid() != 0)
			continue;
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(!rows[i].needs_users && become_root() != 0 ? 255 : rows[i].row());
		assert_int_equal(child, waitpid(child, &status, 0));
		if (status != 0)
			print_message("%s: status %x\n", rows[i].name, (unsigned)status);
		assert_int_equal(0, status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
