/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/standard_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int first_error;

bool standard_output_flush(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	/* a write before this flush may have failed, and its errno is lost */
	if (!first_error)
		first_error = errno ? errno : EIO;
	return false;
}

bool standard_output_close(const char *program)
{
	if (standard_output_flush() && !first_error)
		return true;
	fprintf(stderr, "%s: standard output: %s\n", program, strerror(first_error));
	return false;
}
