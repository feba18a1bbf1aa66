/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "apply.h"
#include "check.h"
#include "cli.h"
#include "print.h"
#include "status.h"
#include "version.h"

enum { EXIT_USAGE = 2 };

/* A service's PATH may lack the directories where iptables lives. */
static void widen_path(void)
{
	const char *path = getenv("PATH");
	char wide[4096];

	snprintf(wide, sizeof(wide), "%s%s/usr/sbin:/sbin", path ? path : "", path && *path ? ":" : "");
	setenv("PATH", wide, 1);
}

/* A caller may have closed them; a pipe to iptables in their place would be mistaken for them. */
static void open_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int run(const struct cli *c)
{
	switch (c->operation) {
	case PRINT:
		return print_run(c);
	case APPLY:
		return apply_run(c);
	case REMOVE:
		return remove_run(c);
	case CHECK:
		return check_run(c);
	case STATUS:
		return status_run(c);
	case OPERATION_NONE:
		break;
	}
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct cli c;
	char why[1024];

	switch (cli_parse(&c, argc, argv, why, sizeof(why))) {
	case CLI_HELP:
		cli_help();
		return EXIT_SUCCESS;
	case CLI_VERSION:
		puts("uturn-rules " UTURN_VERSION);
		return EXIT_SUCCESS;
	case CLI_WRONG:
		fprintf(stderr, "uturn-rules: %s\n", why);
		return EXIT_USAGE;
	case CLI_RUN:
		break;
	}
	open_standard_files();
	widen_path();
	return run(&c);
}
