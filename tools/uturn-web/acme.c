/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "acme.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "route.h"
#include "web_config.h"

ssize_t acme_read(const char *webroot, const char *token, char *bytes, size_t size)
{
	char path[WEB_PATH_SIZE + 256];
	struct stat st;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s%s%s", webroot, acme_prefix, token);
	/* a fifo must not stop us, nor a link lead elsewhere */
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, bytes, size) : -1;
	close(fd);
	return got < 0 || (size_t)got == size ? -ENOENT : got;
}

void acme_make(const char *webroot)
{
	char path[WEB_PATH_SIZE + 32];
	mode_t before = umask(022); /* an ACME client of another user may write into it, and this one reads it */
	int err = 0;

	snprintf(path, sizeof(path), "%s%s", webroot, acme_prefix); /* it ends in a slash */
	for (char *slash = strchr(path + 1, '/'); slash && !err; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			err = errno;
		*slash = '/';
	}
	umask(before);
	if (err)
		log_warning("acme-webroot %s: cannot be made: %s (mkdir -p %s)", webroot, strerror(err), path);
}
