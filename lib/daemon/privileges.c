/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	unsigned capability;
	const char *name;
} needed[] = {
	{ CAP_NET_ADMIN, "CAP_NET_ADMIN" }, /* nfqueue, SO_MARK, IP_TRANSPARENT */
	{ CAP_NET_RAW, "CAP_NET_RAW" }, /* raw and packet sockets */
};

enum { NEEDED = sizeof(needed) / sizeof(needed[0]) };

/* What is kept, and must be there afterwards. */
struct kept {
	unsigned each[NEEDED];
	size_t count;
};

__attribute__((format(printf, 4, 5))) static int fail(int err, char *why, size_t why_size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, why_size, format, args);
	va_end(args);
	return -err;
}

int privileges_check(char *why, size_t why_size)
{
	const char *missing[NEEDED];
	size_t count = 0;

	if (capng_get_caps_process() != 0)
		return fail(EIO, why, why_size, "capabilities cannot be read");
	for (size_t i = 0; i < NEEDED; i++)
		if (!capng_have_capability(CAPNG_EFFECTIVE, needed[i].capability))
			missing[count++] = needed[i].name;
	if (count == 0)
		return 0;
	return fail(EPERM, why, why_size, "missing privilege: needs %s%s%s (start it as root, or as its service)",
		missing[0], count > 1 ? " and " : "", count > 1 ? missing[1] : "");
}

static const struct passwd *user_find(const char *user, char *why, size_t why_size)
{
	const struct passwd *found;

	errno = 0;
	found = getpwnam(user);
	if (!found)
		fail(ENOENT, why, why_size,
			"user %s: does not exist (useradd --system --shell /usr/sbin/nologin %s, or 'user root' for labs)",
			user, user);
	return found;
}

static struct kept kept_of(enum privileges keep)
{
	struct kept kept = { .count = 0 };

	if (keep == PRIVILEGES_PACKETS)
		for (size_t i = 0; i < NEEDED; i++)
			kept.each[kept.count++] = needed[i].capability;
	if (keep == PRIVILEGES_PORTS && capng_get_caps_process() == 0 &&
		capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_BIND_SERVICE))
		kept.each[kept.count++] = CAP_NET_BIND_SERVICE;
	return kept;
}

static void select_kept(const struct kept *kept)
{
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < kept->count; i++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept->each[i]);
}

/*
 * Sets the securebits, so that even uid 0 would have no capabilities. Returns 0
 * or a negative errno. *locks: whether we may set them; where a service manager
 * has taken CAP_SETPCAP from us, it has also made us another user than root.
 */
static int lock(bool *locks)
{
	if (capng_get_caps_process() != 0)
		return -EIO;
	*locks = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	return *locks && capng_lock() != 0 ? -EPERM : 0;
}

static bool is_locked(void)
{
	const int locks = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED;
	int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	return bits >= 0 && (bits & locks) == locks;
}

/* Without the securebits only execve(2) could add privileges, and no_new_privs prevents that. */
static bool is_confined(bool locks)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && (!locks || is_locked());
}

/* Trust the kernel's answer, not our own bookkeeping. */
static bool is_dropped(uid_t uid, const struct kept *kept)
{
	size_t held = 0;

	if (uid != 0 && (setresuid(0, 0, 0) == 0 || seteuid(0) == 0))
		return false;
	if (getuid() != uid || geteuid() != uid)
		return false;
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_get_caps_process() != 0)
		return false;
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (capng_have_capability(CAPNG_PERMITTED, capability))
			held++;
	for (size_t i = 0; i < kept->count; i++)
		if (!capng_have_capability(CAPNG_EFFECTIVE, kept->each[i]))
			return false;
	return held == kept->count;
}

/* 0, or what errno said. */
static int become(const struct passwd *user, enum privileges keep, const struct kept *kept)
{
	/* the user's groups are needed to reach a socket or a file; beside raw packets they would be one privilege more */
	int groups = keep == PRIVILEGES_PACKETS ? CAPNG_DROP_SUPP_GRP : CAPNG_INIT_SUPP_GRP;
	int result;

	select_kept(kept);
	errno = 0;
	if (user->pw_uid == geteuid())
		result = capng_apply(CAPNG_SELECT_CAPS);
	else
		result = capng_change_id((int)user->pw_uid, (int)user->pw_gid, groups | CAPNG_CLEAR_BOUNDING);
	if (result == 0)
		return 0;
	return errno ? errno : EPERM;
}

int privileges_drop(const char *user, enum privileges keep, char *why, size_t why_size)
{
	const struct passwd *found;
	struct kept kept;
	bool locks;
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(errno, why, why_size, "no_new_privs: %s", strerror(errno));
	if (keep == PRIVILEGES_PACKETS && strcmp(user, "root") == 0)
		return 0;
	found = user_find(user, why, why_size);
	if (!found)
		return -ENOENT;
	if (keep == PRIVILEGES_PACKETS && found->pw_uid == 0)
		return 0; /* root by another name */
	if (found->pw_uid != geteuid() && geteuid() != 0)
		return fail(EPERM, why, why_size, "user %s: only root can change to it, and this process is uid %u",
			user, geteuid());
	if (lock(&locks) != 0)
		return fail(EPERM, why, why_size,
			"user %s: securebits cannot be set (they are locked with other values)", user);
	kept = kept_of(keep);
	err = become(found, keep, &kept);
	if (err)
		return fail(EPERM, why, why_size, "user %s: cannot change to it: %s ('user root' for labs)", user,
			strerror(err));
	if (!is_dropped(found->pw_uid, &kept) || !is_confined(locks))
		return fail(EPERM, why, why_size, "user %s: privileges remain after dropping them", user);
	return 0;
}

/* By descriptor, so that what is checked is what changes. A second link could be another user's file. */
static int give(int fd, const struct passwd *user)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISDIR(st.st_mode) && (!S_ISSOCK(st.st_mode) || st.st_nlink != 1))
		return -EEXIST;
	return fchownat(fd, "", user->pw_uid, user->pw_gid, AT_EMPTY_PATH) == 0 ? 0 : -errno;
}

int privileges_give(const char *user, const char *path, char *why, size_t why_size)
{
	const struct passwd *found;
	int fd, err;

	if (geteuid() != 0 || strcmp(user, "root") == 0)
		return 0;
	found = user_find(user, why, why_size);
	if (!found)
		return -ENOENT;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	err = give(fd, found);
	if (fd >= 0)
		close(fd);
	if (err)
		return fail(-err, why, why_size, "%s: cannot change its owner to %s: %s", path, user, strerror(-err));
	return 0;
}
