/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "errors.h"
#include "packet/peer_datagram.h"

/* Returns 0 or a negative errno. */
static int write_key(int fd)
{
	uint8_t key[PEER_KEY_SIZE];
	ssize_t done;
	int err = 0;

	do
		done = getrandom(key, sizeof(key), 0);
	while (done < 0 && errno == EINTR);
	if (done == (ssize_t)sizeof(key))
		done = write(fd, key, sizeof(key));
	if (done != (ssize_t)sizeof(key))
		err = done < 0 ? -errno : -EIO;
	explicit_bzero(key, sizeof(key));
	return err;
}

/* As a service uturnd runs as this user from the start: its group may read what root has made. */
static void let_read(int fd)
{
	const struct passwd *user = geteuid() == 0 ? getpwnam("uturn") : NULL;

	if (user && fchown(fd, (uid_t)-1, user->pw_gid) == 0)
		fchmod(fd, 0640);
}

/* An old key is never overwritten. */
int peer_key_run(const struct ctl_command *c, const struct ctl_options *o)
{
	const char *path = o->argument_count ? o->arguments[0] : "/etc/uturn/peer.key";
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int err = fd < 0 ? -errno : write_key(fd);

	if (fd >= 0)
		let_read(fd);
	if (fd >= 0 && fsync(fd) && !err && errno != EINVAL)
		err = -errno;
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	if (err && fd >= 0)
		unlink(path);
	if (err) {
		errors_print("%s: %s: %s%s", c->row.name, path, strerror(-err),
			err == -EEXIST ? " (a key that is in use is not overwritten: name another file)" : "");
		return EXIT_FAILURE;
	}
	printf("%s: copy it to all peers, and name it by 'peer-key %s' in uturnd.conf\n", path, path);
	return EXIT_SUCCESS;
}
