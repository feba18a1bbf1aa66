/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The current struct landlock_ruleset_attr; older kernels are given its first
 * fields only. The rights that are refused, by the Landlock ABI version that
 * introduced them:
 */
struct refused {
	uint64_t files, network, scope;
};

/* As the kernel has it from version 4 on; older headers do not. */
struct port_rule {
	uint64_t access, port;
};

enum { PORT_RULE = 2, PORTS_VERSION = 4, CONNECT_TCP = 2 };
enum { SCOPE_VERSION = 6, SCOPE_SIGNALS = 2, SCOPE_SIZE = 24 };

static const struct {
	long version;
	struct refused more;
	size_t size; /* of the structure */
} versions[] = {
	{ 1, { 0x1fff, 0, 0 }, 8 }, /* everything from executing to making symbolic links */
	{ 2, { 1 << 13, 0, 0 }, 8 }, /* links and renames across directories */
	{ 3, { 1 << 14, 0, 0 }, 8 }, /* truncating */
	{ 4, { 0, 3, 0 }, 16 }, /* to bind and connect TCP */
	{ 5, { 1 << 15, 0, 0 }, 16 }, /* ioctl on devices */
};

/* Below 1: no Landlock, with errno ENOSYS; EOPNOTSUPP if it is disabled; EPERM in some containers. */
static long version_of_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static int open_ruleset(bool has_network)
{
	long version = version_of_landlock();
	struct refused refused = { 0, 0, 0 };
	size_t size = 0;
	long fd;

	if (version < 1)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && versions[i].version <= version; i++) {
		refused.files |= versions[i].more.files;
		refused.network |= has_network ? versions[i].more.network : 0;
		size = versions[i].size;
	}
	fd = syscall(SYS_landlock_create_ruleset, &refused, size, 0);
	return fd < 0 ? -errno : (int)fd;
}

int landlock_open(void)
{
	return open_ruleset(true);
}

int landlock_open_files(void)
{
	return open_ruleset(false);
}

int landlock_enter(int ruleset)
{
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_landlock_restrict_self, ruleset, 0))
		err = -errno;
	close(ruleset);
	return err;
}

static int permit(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	int err = 0;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -errno;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		err = -errno;
	close(rule.parent_fd);
	return err;
}

static int permit_folder(int ruleset, const char *path, uint64_t access)
{
	char copy[PATH_MAX];

	if (strlen(path) >= sizeof(copy))
		return -ENAMETOOLONG;
	strcpy(copy, path);
	return permit(ruleset, dirname(copy), access);
}

static int if_there(int err)
{
	return err == -ENOENT || err == -EACCES || err == -EBADFD ? 0 : err;
}

int landlock_permit_reading(int ruleset, const char *path)
{
	return if_there(permit(ruleset, path, LANDLOCK_ACCESS_FS_READ_FILE));
}

int landlock_permit_reload(int ruleset, const char *path)
{
	char real[PATH_MAX];
	struct stat st;
	int err;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return landlock_permit_reading(ruleset, path); /* /dev/null */
	err = if_there(permit_folder(ruleset, path, LANDLOCK_ACCESS_FS_READ_FILE));
	if (!err && realpath(path, real))
		err = if_there(permit_folder(ruleset, real, LANDLOCK_ACCESS_FS_READ_FILE));
	return err;
}

int landlock_permit_removal(int ruleset, const char *path)
{
	return permit_folder(ruleset, path, LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

int landlock_permit_replacing(int ruleset, const char *path)
{
	return permit_folder(ruleset, path,
		LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
			LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

int landlock_permit_connecting(int ruleset, uint16_t port)
{
	const struct port_rule rule = { CONNECT_TCP, port };

	if (version_of_landlock() < PORTS_VERSION)
		return 0;
	return syscall(SYS_landlock_add_rule, ruleset, PORT_RULE, &rule, 0) ? -errno : 0;
}

int landlock_scope_signals(void)
{
	const struct refused refused = { .scope = SCOPE_SIGNALS };
	long ruleset;

	if (version_of_landlock() < SCOPE_VERSION)
		return 0;
	ruleset = syscall(SYS_landlock_create_ruleset, &refused, SCOPE_SIZE, 0);
	return ruleset < 0 ? -errno : landlock_enter((int)ruleset);
}
