/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/config_verdict.h"
#include "process/sandbox.h"

/*
 * The current struct landlock_ruleset_attr; older kernels are given its first
 * fields only. The rights that are refused, by the Landlock ABI version that
 * introduced them:
 */
struct refused {
	uint64_t files, network, scope;
};

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

static int ruleset_make(void)
{
	long version = version_of_landlock();
	struct refused refused = { 0, 0, 0 };
	size_t size = 0;
	long fd;

	if (version < 1)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && versions[i].version <= version; i++) {
		refused.files |= versions[i].more.files;
		refused.network |= versions[i].more.network;
		size = versions[i].size;
	}
	fd = syscall(SYS_landlock_create_ruleset, &refused, size, 0);
	return fd < 0 ? -errno : (int)fd;
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

/* A file that is missing or not accessible anyway, or a pipe, which cannot be opened again, needs no permission. */
static int permit_if_there(int err)
{
	return err == -ENOENT || err == -EACCES || err == -EBADFD ? 0 : err;
}

static int permit_folder(int ruleset, const char *path, uint64_t access)
{
	char copy[PATH_MAX];

	if (strlen(path) >= sizeof(copy))
		return -ENAMETOOLONG;
	strcpy(copy, path);
	return permit(ruleset, dirname(copy), access);
}

/* Editors replace a file by a new one, so its folder is permitted: that of the path, and that of a symbolic link's target. */
static int permit_reload(int ruleset, const char *config)
{
	char real[PATH_MAX];
	struct stat st;
	int err;

	if (stat(config, &st) == 0 && !S_ISREG(st.st_mode))
		return permit_if_there(permit(ruleset, config, LANDLOCK_ACCESS_FS_READ_FILE)); /* /dev/null */
	err = permit_if_there(permit_folder(ruleset, config, LANDLOCK_ACCESS_FS_READ_FILE));
	if (!err && realpath(config, real))
		err = permit_if_there(permit_folder(ruleset, real, LANDLOCK_ACCESS_FS_READ_FILE));
	return err;
}

static int enter(int ruleset)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_landlock_restrict_self, ruleset, 0))
		return -errno;
	return 0;
}

int sandbox_files(const struct sandbox_paths *paths)
{
	int ruleset = ruleset_make();
	int err = 0;

	if (ruleset < 0)
		return ruleset;
	if (paths)
		err = permit_reload(ruleset, paths->config);
	for (unsigned i = 0; !err && paths && i < paths->file_count; i++)
		err = permit_reload(ruleset, paths->files[i]);
	if (!err && paths)
		err = permit_if_there(permit(ruleset, config_verdict_folder, LANDLOCK_ACCESS_FS_READ_FILE));
	if (!err && paths && paths->control)
		err = permit_folder(ruleset, paths->control, LANDLOCK_ACCESS_FS_REMOVE_FILE);
	if (!err)
		err = enter(ruleset);
	close(ruleset);
	return err;
}

int sandbox_signals(void)
{
	const struct refused refused = { .scope = SCOPE_SIGNALS };
	int ruleset, err;

	if (version_of_landlock() < SCOPE_VERSION)
		return 0;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &refused, SCOPE_SIZE, 0);
	if (ruleset < 0)
		return -errno;
	err = enter(ruleset);
	close(ruleset);
	return err;
}
