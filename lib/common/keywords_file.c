/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/keywords.h"

enum { FILE_SIZE = 1 << 20 };

/* Returns the bytes read, or a negative errno. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text + len, size - len);
		if (got < 0 && errno != EINTR) {
			int err = -errno;

			close(fd);
			return err;
		}
		len += got > 0 ? (size_t)got : 0;
	} while (got != 0 && len < size);
	close(fd);
	return (ssize_t)len;
}

char *keywords_file(const char *path, bool is_default, size_t *len, char *why, size_t why_size)
{
	char *text = malloc(FILE_SIZE);
	ssize_t got = text ? read_file(path, text, FILE_SIZE) : -ENOMEM;

	if (got >= 0 && got < FILE_SIZE) {
		*len = (size_t)got;
		return text;
	}
	if (got == -ENOENT && is_default)
		snprintf(why, why_size, "%s: %s (-f FILE reads another, -f /dev/null uses the defaults)", path,
			strerror(ENOENT));
	else if (got < 0)
		snprintf(why, why_size, "%s: %s", path, strerror((int)-got));
	else
		snprintf(why, why_size, "%s: larger than %d bytes, is this the right file?", path, FILE_SIZE - 1);
	free(text);
	return NULL;
}
