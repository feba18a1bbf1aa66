/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "print.h"

static bool fail(const char *path, char *why, size_t why_size)
{
	snprintf(why, why_size, "%s: %s", path, strerror(errno));
	return false;
}

static bool write_record(int fd, enum trace_format format, const struct trace_record *r)
{
	FILE *out = fdopen(fd, "w");
	bool is_written;

	if (!out) {
		close(fd);
		return false;
	}
	print_record(out, format, r);
	is_written = fflush(out) == 0 && !ferror(out);
	return fclose(out) == 0 && is_written;
}

bool save_record(const struct trace_output *to, const struct trace_record *r, char *why, size_t why_size)
{
	char beside[PATH_MAX];
	const mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", to->path) >= (int)sizeof(beside)) {
		errno = ENAMETOOLONG;
		return fail(to->path, why, why_size);
	}
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return fail(to->path, why, why_size);
	fchmod(fd, 0666 & ~mask); /* as any file, which mkstemp(3) makes private */
	if (write_record(fd, to->format, r) && rename(beside, to->path) == 0)
		return true;
	fail(to->path, why, why_size);
	unlink(beside);
	return false;
}
