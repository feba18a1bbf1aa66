/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/standard_files.h"

#include <fcntl.h>
#include <unistd.h>

void standard_files_open(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}
