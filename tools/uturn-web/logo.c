/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "logo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The media type by what is in it: the signature of PNG, or an element <svg near the beginning of a text. */
static const char *type_of(const char *bytes, size_t len)
{
	const size_t head = len < 1024 ? len : 1024;

	if (len >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (memchr(bytes, '\0', len) || !memmem(bytes, head, "<svg", 4))
		return NULL;
	return "image/svg+xml";
}

/* A fifo must not stop the program. */
static ssize_t read_all(const char *path, char *bytes, size_t size)
{
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	size_t len = 0;
	ssize_t got = -1;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	while (len < size && (got = read(fd, bytes + len, size - len)) > 0)
		len += (size_t)got;
	got = got < 0 ? -errno : (ssize_t)len;
	close(fd);
	return got;
}

int logo_read(struct logo *l, const char *path, char *why, size_t why_size)
{
	static char bytes[LOGO_MOST + 1]; /* too much for a stack */
	ssize_t len = 0;
	const char *type = NULL;

	if (*path) {
		len = read_all(path, bytes, sizeof(bytes));
		type = len > 0 ? type_of(bytes, (size_t)len) : NULL;
		if (len < 0)
			snprintf(why, why_size, "logo %s: %s", path, strerror((int)-len));
		else if (len > LOGO_MOST)
			snprintf(why, why_size, "logo %s: larger than %d bytes", path, LOGO_MOST);
		else if (!type)
			snprintf(why, why_size, "logo %s: neither PNG nor SVG", path);
		if (len < 0 || len > LOGO_MOST || !type)
			return len < 0 ? (int)len : -EINVAL;
	}
	l->type = type;
	l->len = (size_t)len;
	memcpy(l->bytes, bytes, l->len);
	return 0;
}
