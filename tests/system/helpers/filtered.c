/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filtered NAME... -- COMMAND...: runs a command that may make these system
 * calls and no others, as systemd's SystemCallFilter= has it. Names of other
 * machines' calls are passed over.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int lacks = argc > 1 && argv[1][0] == '-', i;
	scmp_filter_ctx filter = seccomp_init(lacks ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		int number = seccomp_syscall_resolve_name(argv[i] + lacks);

		if (number >= 0 &&
			seccomp_rule_add(filter, lacks ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW, number, 0) != 0)
			return 1;
	}
	if (i + 1 >= argc || seccomp_load(filter) != 0)
		return 1;
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 1;
}
