/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 256 };

static int path_of(const char *folder, const char *name, char path[PATH_SIZE])
{
	int len = snprintf(path, PATH_SIZE, "%s/%s", folder, name);

	return len > 0 && len < PATH_SIZE ? 0 : -ENAMETOOLONG;
}

int keep_state_lock(const char *folder)
{
	char path[PATH_SIZE];
	int err = path_of(folder, "lock", path);
	int fd;

	if (err)
		return err;
	if (mkdir(folder, 0755) == 0 && chmod(folder, 0755) != 0)
		return -errno;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600); /* nobody else can hold it */
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static json_t *family_json(const struct keep_state *s)
{
	static const char *const conditions[] = {
		[KEEP_PRESENT] = "present",
		[KEEP_MISSING] = "missing",
		[KEEP_FAILED] = "failed",
	};
	json_t *error = json_string(s->error);

	if (!error) /* what a tool printed need not be UTF-8 */
		error = json_string("unknown: see the log");
	return json_pack("{ss ss sI sI so}", "state", conditions[s->condition], "backend", s->backend, "since",
		(json_int_t)s->since, "repaired", (json_int_t)s->repaired, "error", error);
}

static json_t *state_json(const struct keep_state families[2])
{
	json_t *all = json_pack("{sI}", "pid", (json_int_t)getpid());

	for (int i = 0; i < 2; i++)
		if (families[i].is_kept)
			json_object_set_new(all, i ? "ipv6" : "ipv4", family_json(&families[i]));
	return all;
}

static int write_file(const char *path, const json_t *all)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	int err = 0;

	if (fd < 0)
		return -errno;
	errno = 0;
	/* whatever the umask is */
	if (fchmod(fd, 0644) != 0 || json_dumpfd(all, fd, JSON_COMPACT) != 0 || write(fd, "\n", 1) != 1)
		err = errno ? -errno : -EIO;
	if (close(fd) != 0 && !err)
		err = -errno;
	return err;
}

int keep_state_write(const char *folder, const struct keep_state families[2])
{
	char path[PATH_SIZE], fresh[PATH_SIZE];
	json_t *all = state_json(families);
	int err = all ? path_of(folder, "state.json", path) : -ENOMEM;

	if (!err)
		err = path_of(folder, "state.json.new", fresh);
	if (!err) {
		err = write_file(fresh, all);
		if (!err && rename(fresh, path) != 0)
			err = -errno;
		if (err)
			unlink(fresh);
	}
	json_decref(all);
	return err;
}

void keep_state_remove(const char *folder)
{
	char path[PATH_SIZE];

	if (path_of(folder, "state.json", path) == 0)
		unlink(path);
}

void keep_state_set(struct keep_state *s, enum keep_condition condition, const char *error, time_t now)
{
	if (s->condition == condition && strcmp(s->error, error ? error : "") == 0)
		return;
	if (s->condition != condition)
		s->since = now;
	s->is_unwritten = true;
	s->condition = condition;
	snprintf(s->error, sizeof(s->error), "%s", error ? error : "");
}
